import type { File } from '../../files/protocol.ts';
import { Tag } from '../../../web/ui/tag.tsx';
import { strings } from '../strings/handling.ts';

type Mark = NonNullable<File['handling']>;

/** “Lưu hành nội bộ”, “Xem xong trả lại”: on a message, a file, a picture that is looked at. Nothing where there is no mark. */
export function HandlingTag({ mark }: { mark: Mark | undefined }) {
  if (!mark) return null;
  return (
    <span class="handling">
      <Tag tone="gold">{strings(mark)}</Tag>
      <span class="unseen">. </span>
    </span>
  );
}
