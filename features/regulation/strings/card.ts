import { words } from '../../../web/language.ts';

/** What stands in place of the composer: apart, since it comes with the first screen. */
export const strings = words({
  ofGroup: ['Quy chế sử dụng nhóm', 'Regulation of the group'],
  needed: [
    'Cần đồng ý quy chế trước khi gửi tin nhắn. Bạn vẫn đọc được tin.',
    'Accept the regulation before you write. You can still read.',
  ],
  changed: [
    'Quy chế đã có bản mới. Đồng ý để gửi tin tiếp. Bạn vẫn đọc được tin.',
    'The regulation has a new version. Accept it to go on writing. You can still read.',
  ],
  waiting: [
    '{n} tin của bạn sẽ tự gửi sau khi đồng ý.',
    '{n} message of yours is sent once you accept.|{n} messages of yours are sent once you accept.',
  ],
  readAndAccept: ['Xem và đồng ý', 'Read and accept'],
});
