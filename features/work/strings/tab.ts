import { words } from '../../../web/language.ts';

/** What is read of Việc before it is opened: its tab. */
export const strings = words({
  work: ['Việc', 'Work'],
  waiting: ['{n} việc đang chờ bạn', '{n} thing waits for you|{n} things wait for you'],
});
