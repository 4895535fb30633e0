import { words } from '../../../web/language.ts';

/** What is told wherever somebody is: in the list of chats and under every bar. The rest comes with the screens. */
export const strings = words({
  waitingShort: ['{n} chờ duyệt', '{n} waiting'],
  answerApproved: ['Bạn đã được vào nhóm {name}', 'You are in {name} now'],
  answerApprovedOf: ['{people} đã được vào nhóm {name}', '{people} is in {name} now'],
  answerRefused: ['Yêu cầu vào nhóm {name} bị từ chối', 'Your request for {name} was refused'],
  answerRefusedOf: ['{people} không được vào nhóm {name}', '{people} was refused in {name}'],
  answerExpired: ['Yêu cầu vào nhóm {name} đã hết hạn', 'Your request for {name} has expired'],
  withReason: ['{said}. Lý do: {reason}', '{said}. Reason: {reason}'],
  understood: ['Đã hiểu', 'Understood'],
});
