import { formatNumber } from '../../web/format.ts';
import { later } from '../../web/later.ts';
import { useMenuGesture } from '../../web/ui/gestures.ts';
import { showToast } from '../../web/ui/toast.tsx';
import type { Message } from '../messages/protocol.ts';
import type { LogPlace, PartProps } from '../messages/view/place.ts';
import type { Pill } from './rules.ts';
import { reactions } from './state.ts';
import { strings } from './strings.ts';
import { toggle } from './view/give.ts';
import { nameOf, naming } from './view/naming.ts';
import './reactions.css';

const who = later(() => import('./view/who.tsx'));

/** What a message was answered with, below its bubble. */
export function Reactions({ line, pending, place }: PartProps) {
  const pills = pending ? [] : (reactions.value?.of(line) ?? []);
  if (pills.length === 0) return null;
  return (
    // The log reads out what is added to it; thousands of emoji must not be.
    <div class="pills" role="group" aria-live="off" aria-label={strings('reactions')}>
      {pills.map((it) => (
        <PillButton key={it.emoji} pill={it} line={line} place={place} />
      ))}
    </div>
  );
}

function PillButton({ pill: { emoji, count, own }, line, place }: { pill: Pill; line: Message; place: LogPlace }) {
  const showWho = (): void => void openWho(line, place, emoji);
  const gesture = useMenuGesture(showWho);
  const named = { emoji: nameOf(emoji), n: count };
  return (
    <button
      type="button"
      class="pill"
      tabIndex={-1}
      aria-pressed={own}
      aria-label={strings(own ? 'pillOwn' : 'pill', named)}
      aria-haspopup="dialog"
      {...gesture}
      // The menu of the message is not meant.
      onPointerDown={(event) => {
        event.stopPropagation();
        gesture.onPointerDown(event);
      }}
      onContextMenu={(event) => {
        event.stopPropagation();
        gesture.onContextMenu(event);
      }}
      onFocus={() => void naming.fetch()}
      onClick={() => (place.can('message.react') ? toggle(place.group, line, emoji) : showWho())}
    >
      <span class="pill-emoji" aria-hidden="true">
        {emoji}
      </span>
      <span class="pill-count" aria-hidden="true">
        {formatNumber(count)}
      </span>
    </button>
  );
}

/** Who gave a message which emoji; the list comes when it is first asked for. `first`: the emoji that is looked at first. */
async function openWho(line: Message, place: LogPlace, first: string): Promise<void> {
  void naming.fetch();
  await who.fetch();
  const List = who.it.peek()?.WhoList;
  if (List) place.lay((close) => <List line={line} place={place} first={first} onClose={close} />);
  else showToast({ words: strings('missing'), icon: null });
}
