import { GuardCardSlot } from '../../secrecy/view/slot.tsx';
import type { Pending } from '../state.ts';
import type { Row } from '../state/rows.ts';
import type { Urgency } from '../state/composition.ts';
import { strings } from '../strings.ts';
import type { LogPlace } from './place.ts';

/** What the guard refused, in place of the bubble. Closed or edited, it is forgotten. */
export function GuardedLine({ row, pending, place }: { row: Row; pending: Pending; place: LogPlace }) {
  const { id, text, form, at } = pending;
  const { what, state, code, incident, file, files = [], editing } = pending.guard!;
  const { messages, group, conversation } = place;
  const composition = messages.composition(group);
  const close = (): void => messages.discard(id);
  const rewrite = (): void => {
    close();
    const { mentions, urgency, ask, reply } = form;
    const seq = reply === undefined ? undefined : conversation.line(reply)?.seq;
    const answered = reply !== undefined && seq !== undefined ? { id: reply, seq } : undefined;
    if (editing) {
      composition.begin(editing, text, { mentions });
      composition.guarded = true;
    } else
      composition.rewrite(text, {
        mentions,
        urgency: urgency as Urgency | undefined,
        ask,
        files,
        reply: answered,
      });
    document.querySelector<HTMLTextAreaElement>('.composer-field')?.focus();
  };
  return (
    <article
      class={`bubble-line bubble-own bubble-guarded${row.head ? ' bubble-head' : ''}`}
      tabIndex={-1}
      data-key={row.key}
      aria-label={strings('guarded')}
      aria-setsize={-1}
    >
      <div class="bubble-column">
        <GuardCardSlot
          id={id}
          what={what}
          state={state}
          code={code}
          incident={incident}
          at={at}
          file={file}
          // A forwarded message is edited where it was written.
          onEdit={what === 'file' || form.forward ? undefined : rewrite}
          onWords={what === 'file' && text !== '' ? rewrite : undefined}
          onAgain={state === 'offline' ? () => messages.retry(id) : undefined}
          onClose={close}
        />
      </div>
    </article>
  );
}
