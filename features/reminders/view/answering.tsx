import { useState } from 'preact/hooks';
import { Check, CircleAlert, CircleX, Ellipsis, RotateCcw, UserRoundCheck, UserRoundPlus } from 'lucide';

import { connection } from '../../../web/connection.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { MenuButton } from '../../../web/ui/menu.tsx';
import { ReasonField } from '../../../web/ui/reason-field.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { isPhone } from '../../../web/viewport.ts';
import { useChats } from '../../chats/view/use-chats.ts';
import type { GivenAnswer, Reminder } from '../protocol.ts';
import { REASON_MOST } from '../rules.ts';
import type { Answer } from '../rules.ts';
import type { Reminders } from '../state.ts';
import type { Shown } from '../state/occurrence.ts';
import { strings } from '../strings.ts';
import { PickSubstitute } from './pick-people.tsx';
import { refusalWords, trying } from './refusal.ts';

interface AnsweringProps {
  state: Reminders;
  it: Reminder;
  shown: Shown;
  /** It does not take place. */
  off: boolean;
  /** In the conversation: less room for buttons. */
  narrow?: boolean;
}

/** What the person answers: three buttons, then what was chosen, which can be changed until it is over. */
export function Answering({ state, it, shown, off, narrow }: AnsweringProps) {
  const few = isPhone.value || narrow === true;
  const [changing, setChanging] = useState(false);
  const [declining, setDeclining] = useState<{ all: boolean }>();
  const [sending, setSending] = useState(false);
  const { mine } = shown;
  const stands = shown.standsInFor;
  if (!it.concerns && mine === null && stands.length === 0) return null;
  const chat = useChats()?.get(it.group);
  // An archived group is only read.
  const closed = off || shown.over || (chat !== undefined && chat.state !== 'open');
  // Whoever may not see who is in the group cannot choose among them.
  const maySend = chat?.kind !== 'pair' && (chat?.rights.includes('member.list') ?? false);
  const again = mine !== null && (mine.again || mine.substitute?.refused === true);
  const asks = !closed && it.concerns && (mine === null || again || changing);

  const answer = (
    given: Answer | null,
    more: { reason?: string; substitute?: GivenAnswer['substitute']; all?: boolean } = {},
  ) => {
    // What comes once is answered for whatever time it has; of several this one, or all.
    const at = it.repeat === null || more.all ? null : shown.at;
    const { reason = '', substitute = null } = more;
    if (trying(() => state.answer(it.group, it.id, { at, answer: given, reason, substitute }))) setChanging(false);
  };

  return (
    <div class="reminder-answering">
      {stands.map((one) =>
        closed ? null : (
          <StandIn key={one.id} state={state} it={it} at={it.repeat === null ? null : shown.at} one={one} />
        ),
      )}
      {mine && again && !closed ? (
        <p class="reminder-again">
          <Icon of={CircleAlert} size={16} />
          <span>
            {mine.substitute?.refused
              ? strings('substituteRefused', { name: displayName(mine.substitute.name) })
              : strings('again')}
          </span>
        </p>
      ) : null}
      {mine && !again ? (
        <div class="reminder-mine">
          <p class={`reminder-mine-words reminder-mine-${mine.answer}`} role="status">
            <Icon
              of={mine.answer === 'declined' ? CircleX : mine.answer === 'substitute' ? UserRoundCheck : Check}
              size={16}
            />
            <span>
              {mineWords(mine)}
              {mine.series && it.repeat ? ` ${strings('mineSeries')}` : ''}
              {mine.reason ? (
                <span class="reminder-mine-reason">{strings('mineReason', { reason: mine.reason })}</span>
              ) : null}
              {state.isWaiting(it.id) && connection().state.value !== 'online' ? (
                <span class="reminder-mine-reason">{strings('later')}</span>
              ) : null}
            </span>
          </p>
          {closed || !it.concerns ? null : (
            <Button
              look="text"
              size="small"
              expanded={changing}
              label={strings(changing ? 'keep' : 'changeLong')}
              onPress={() => setChanging(!changing)}
            >
              {strings(changing ? 'keepShort' : 'change')}
            </Button>
          )}
        </div>
      ) : null}
      {asks ? (
        <div class="reminder-buttons" role="group" aria-label={strings('answers')}>
          {(few && maySend) || it.repeat !== null || mine !== null ? (
            <MenuButton
              icon={Ellipsis}
              label={strings('answerMore')}
              class="reminder-more"
              items={() => [
                few &&
                  maySend && {
                    label: strings('substitute'),
                    icon: UserRoundPlus,
                    onSelect: () => setSending(true),
                  },
                it.repeat !== null && {
                  label: strings('acceptAll'),
                  icon: Check,
                  onSelect: () => answer('accepted', { all: true }),
                },
                it.repeat !== null && {
                  label: strings('declineAll'),
                  icon: CircleX,
                  onSelect: () => setDeclining({ all: true }),
                },
                mine !== null && {
                  label: strings('takeBack'),
                  icon: RotateCcw,
                  onSelect: () => answer(null, { all: mine.series }),
                },
              ]}
            />
          ) : null}
          <Button
            look="outline"
            pressed={mine ? mine.answer === 'declined' && !again : undefined}
            onPress={() => setDeclining({ all: false })}
          >
            {strings('decline')}
          </Button>
          {few || !maySend ? null : (
            <Button
              look="outline"
              pressed={mine ? mine.answer === 'substitute' && !again : undefined}
              onPress={() => setSending(true)}
            >
              {strings('substitute')}
            </Button>
          )}
          <Button pressed={mine ? mine.answer === 'accepted' && !again : undefined} onPress={() => answer('accepted')}>
            {strings('accept')}
          </Button>
        </div>
      ) : null}
      {declining ? (
        <DeclineSheet
          title={it.title}
          onSend={(reason) => {
            answer('declined', { reason, all: declining.all });
            setDeclining(undefined);
          }}
          onClose={() => setDeclining(undefined)}
        />
      ) : null}
      {sending ? (
        <PickSubstitute
          group={it.group}
          self={state.account}
          onChoose={({ account, name }) => {
            answer('substitute', { substitute: { id: account, name, refused: false } });
            setSending(false);
          }}
          onClose={() => setSending(false)}
        />
      ) : null}
    </div>
  );
}

function mineWords({ answer, substitute }: GivenAnswer): string {
  if (answer === 'substitute')
    return strings('mineSubstitute', { name: displayName(substitute?.name ?? '') || strings('someone') });
  return strings(answer === 'accepted' ? 'mineAccepted' : 'mineDeclined');
}

interface DeclineProps {
  title: string;
  onSend: (reason: string) => void;
  onClose: () => void;
}

/** Why one does not come: a usual reason, own words, or nothing. */
function DeclineSheet({ title, onSend, onClose }: DeclineProps) {
  const [reason, setReason] = useState('');
  return (
    <Sheet
      title={strings('declineTitle')}
      subtitle={title}
      size="small"
      onClose={onClose}
      foot={
        <Button wide onPress={() => onSend(reason.trim())}>
          {strings('declineYes')}
        </Button>
      }
    >
      <ReasonField
        label={strings('reason')}
        help={strings('reasonHelp')}
        readyLabel={strings('reasonReady')}
        ready={[strings('reasonBusy'), strings('reasonAway'), strings('reasonLeave'), strings('reasonDuty')]}
        value={reason}
        onInput={setReason}
        most={REASON_MOST}
      />
    </Sheet>
  );
}

interface StandInProps {
  state: Reminders;
  it: Reminder;
  at: number | null;
  one: Shown['standsInFor'][number];
}

/** Whoever was sent can say that they will not go. */
function StandIn({ state, it, at, one }: StandInProps) {
  const [busy, setBusy] = useState(false);
  async function say(goes: boolean): Promise<void> {
    setBusy(true);
    try {
      await state.call('reminder.standIn', { group: it.group, reminder: it.id, at, for: one.id, goes });
      state.again(it.group, it.id);
      if (!goes) showToast(strings('standTold', { name: displayName(one.name) }));
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
    } finally {
      setBusy(false);
    }
  }
  return (
    <Button look="outline" size="small" busy={busy} onPress={() => void say(one.refused)}>
      {strings(one.refused ? 'standAgain' : 'standNot')}
    </Button>
  );
}
