import { Reply, X } from 'lucide';

import { IconButton } from '../../../../web/ui/button.tsx';
import { Icon } from '../../../../web/ui/icon.tsx';
import { strings } from '../../strings.ts';
import { QuoteWords } from '../parts/quote.tsx';
import { quoteOf } from '../said.ts';
import type { ComposerPlace } from './place.ts';
import './reply.css';

/** What is being answered, above the field. */
export function ReplyStrip({ place: { group, messages, composition, focus } }: { place: ComposerPlace }) {
  const reply = composition.reply.value;
  if (!reply || composition.editing.value) return null;
  const conversation = messages.conversation(group);
  // Read again when the log changes: recalled meanwhile, it says so.
  void conversation.shown.value;
  const line = conversation.line(reply.id);
  const quote = line
    ? quoteOf(line)
    : { id: reply.id, seq: reply.seq, by: null, text: '', kind: 'text' as const, gone: false };
  return (
    <div class="reply-strip">
      <Icon of={Reply} size={20} label={strings('answering')} />
      <button type="button" class="reply-said" onClick={() => void conversation.goTo(reply.seq)}>
        <QuoteWords quote={quote} place={{ messages, self: messages.account }} />
      </button>
      <IconButton
        icon={X}
        size={20}
        label={strings('answeringStop')}
        onPress={() => {
          composition.reply.value = undefined;
          focus();
        }}
      />
    </div>
  );
}
