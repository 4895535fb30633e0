import { Check, MailCheck } from 'lucide';

import { formatListTime } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button, LinkButton } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { CardFrame } from '../../board/view/frame.tsx';
import { useChats } from '../../chats/view/use-chats.ts';
import { unmarked } from '../../messages/rules/markup.ts';
import type { WorkItem } from '../protocol.ts';
import { strings } from '../strings.ts';

interface AskedMessageProps {
  group: string;
  id: string;
  message: NonNullable<WorkItem['message']>;
  done: boolean;
}

/** A message that asks its readers to say so: how it begins, and the word itself. */
export function AskedMessage({ group, id, message, done }: AskedMessageProps) {
  const receipts = useChats()?.receipts;
  const said = done || (receipts?.acknowledging.value.has(id) ?? false);
  const words = unmarked(message.text).trim();
  return (
    <CardFrame
      title={words || strings('noWords')}
      kind={strings('asks')}
      icon={MailCheck}
      href={`/chats/${group}?at=${message.seq}`}
      foot={
        <span class="cut">{strings('by', { name: displayName(message.by), time: formatListTime(message.at) })}</span>
      }
    >
      <div class="work-acts">
        <LinkButton look="outline" href={`/chats/${group}?at=${message.seq}`}>
          {strings('see')}
        </LinkButton>
        {said ? (
          <span class="work-said" role="status">
            <Icon of={Check} size={16} />
            {strings('acknowledged')}
          </span>
        ) : (
          <Button onPress={() => receipts?.acknowledge(group, id)}>{strings('acknowledge')}</Button>
        )}
      </div>
    </CardFrame>
  );
}
