import { useEffect, useState } from 'preact/hooks';
import { Check, Hand, MicOff, Mic, MonitorUp, PhoneCall, UserRoundPlus, UserRoundX, Video } from 'lucide';

import { call as ask } from '../../../web/connection.ts';
import { displayName } from '../../../web/names.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { SwitchRow } from '../../../web/ui/choice.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { MenuButton } from '../../../web/ui/menu.tsx';
import { PersonRow, Section } from '../../../web/ui/rows.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { useGroups } from '../../groups/view/use-groups.ts';
import { photoPath } from '../../photos/rules.ts';
import type { Call, Seat } from '../protocol.ts';
import { RUNG_MOST } from '../rules.ts';
import type { RingEnd } from '../rules.ts';
import type { Room } from '../state/shapes.ts';
import { strings } from '../strings/stage.ts';
import { doing, Notices, sayInCall } from './notices.tsx';
import { MemberChoice } from './choose.tsx';
import { handsOf, inside } from './tiles.tsx';
import { secondOf, seatName } from './who.ts';

const RUNG = {
  answered: 'rungCancelled',
  declined: 'rungDeclined',
  missed: 'rungMissed',
  busy: 'rungBusy',
  cancelled: 'rungCancelled',
} as const satisfies Record<RingEnd, string>;

interface PeopleSheetProps {
  room: Room;
  invites: boolean;
  onInvite: () => void;
  onClose: () => void;
}

/** Who is in it, who waits before the door, who was rung and has not come; and what leaders do with them. */
export function PeopleSheet({ room, invites, onInvite, onClose }: PeopleSheetProps) {
  const seats = inside(room);
  const hands = handsOf(room);
  const waiting = room.seats.value.filter((it) => it.state === 'waiting');
  const leads = room.leads.value;
  const call = room.call.value;
  const own = room.own.value;
  const rung = useRung(call, seats.length);
  const absent = rung.filter((it) => !room.seats.value.some((seat) => seat.person.id === it.person.id));
  const act = (does: () => Promise<void>, words?: string): void =>
    void doing(does).then((done) => done && words && sayInCall(words));

  async function dismiss({ person }: Seat): Promise<void> {
    const yes = await confirm({
      title: strings('dismissTitle', { name: displayName(person.name) }),
      text: strings('dismissText'),
      yes: strings('dismiss'),
      danger: true,
    });
    if (yes) await doing(() => room.dismiss(person.id));
  }

  return (
    <Sheet
      title={strings('participants')}
      shape="panel"
      class="always-dark"
      flush
      onClose={onClose}
      foot={
        leads || invites ? (
          <>
            {invites ? (
              <Button look="outline" icon={UserRoundPlus} onPress={onInvite}>
                {strings('invite')}
              </Button>
            ) : null}
            {leads && seats.length > 1 ? (
              <Button look="outline" icon={MicOff} onPress={() => act(() => room.muteAll(), strings('mutedAll'))}>
                {strings('muteAll')}
              </Button>
            ) : null}
          </>
        ) : undefined
      }
    >
      <Notices room={room} quiet />
      {leads ? (
        <SwitchRow
          label={strings('lobby')}
          help={strings('lobbyHelp')}
          checked={call?.lobby ?? false}
          onChange={(on) => doing(() => room.setLobby(on))}
        />
      ) : null}
      {waiting.length > 0 ? (
        <Section
          title={strings('beforeDoor')}
          count={waiting.length}
          look="plain"
          level={3}
          action={
            leads && waiting.length > 1 ? (
              <Button look="text" size="small" onPress={() => act(() => room.admit(waiting.map((it) => it.id)))}>
                {strings('admitAll')}
              </Button>
            ) : undefined
          }
        >
          {waiting.map((it) => {
            const name = displayName(it.person.name);
            return (
              <div class="call-waits" key={it.id}>
                <Avatar id={it.person.id} name={name} photo={photoPath(it.person.photo)} />
                <p class="call-waits-words">
                  <span class="call-waits-name">{name}</span>
                  <span class="call-second">{secondOf(it.person)}</span>
                </p>
                {leads ? (
                  <div class="call-waits-acts">
                    <Button
                      look="outline"
                      size="small"
                      label={strings('refuseOf', { name })}
                      onPress={() => act(() => room.dismiss(it.person.id))}
                    >
                      {strings('refuse')}
                    </Button>
                    <Button
                      size="small"
                      icon={Check}
                      label={strings('admitOf', { name })}
                      onPress={() => act(() => room.admit([it.id]))}
                    >
                      {strings('admit')}
                    </Button>
                  </div>
                ) : null}
              </div>
            );
          })}
        </Section>
      ) : null}
      <Section title={strings('inCall')} count={seats.length} look="plain" level={3}>
        {seats.map((it) => {
          const name = displayName(it.person.name);
          const self = it.id === own;
          const hand = hands.indexOf(it.id);
          return (
            <PersonRow
              key={it.id}
              id={it.person.id}
              name={self ? `${name} (${seatName(it, own)})` : name}
              photo={photoPath(it.person.photo)}
              tags={it.leads ? <Tag tone="gold">{strings('leader')}</Tag> : undefined}
              second={secondOf(it.person)}
              after={
                <span class="call-signs">
                  {hand >= 0 ? (
                    <span class="call-sign-hand">
                      <Icon of={Hand} size={18} label={strings('handAt', { n: hand + 1 })} />
                      <span aria-hidden="true">{hand + 1}</span>
                    </span>
                  ) : null}
                  {it.screen ? <Icon of={MonitorUp} size={18} label={strings('share')} /> : null}
                  {it.camera ? <Icon of={Video} size={18} label={strings('camera')} /> : null}
                  <Icon of={it.mic ? Mic : MicOff} size={18} label={strings(it.mic ? 'micIsOn' : 'micIsOff')} />
                </span>
              }
              actions={
                leads && !self ? (
                  <MenuButton
                    label={strings('actsOf', { name })}
                    items={() => [
                      it.mic && {
                        label: strings('muteOne', { name }),
                        icon: MicOff,
                        onSelect: () => act(() => room.mute(it.id), strings('mutedOne', { name })),
                      },
                      {
                        label: strings('dismiss'),
                        icon: UserRoundX,
                        tone: 'red' as const,
                        onSelect: () => void dismiss(it),
                      },
                    ]}
                  />
                ) : undefined
              }
            />
          );
        })}
      </Section>
      {absent.length > 0 ? (
        <Section title={strings('notCome')} count={absent.length} look="plain" level={3}>
          {absent.map(({ person, how }) => {
            const name = displayName(person.name);
            return (
              <PersonRow
                key={person.id}
                id={person.id}
                name={name}
                photo={photoPath(person.photo)}
                second={strings(RUNG[how])}
                actions={
                  invites ? (
                    <IconButton
                      icon={PhoneCall}
                      size={20}
                      label={strings('ringAgain', { name })}
                      onPress={() => void invite(room, [person.id])}
                    />
                  ) : undefined
                }
              />
            );
          })}
        </Section>
      ) : null}
    </Sheet>
  );
}

interface Rung {
  readonly person: Seat['person'];
  readonly how: RingEnd;
}

/** Who was rung and did not come, asked for whenever somebody has come or gone. */
function useRung(call: Call | undefined, n: number): readonly Rung[] {
  const [list, setList] = useState<readonly Rung[]>([]);
  const { group, id, version } = call ?? {};
  useEffect(() => {
    if (!group || !id) return;
    let here = true;
    ask('call.attendance', { group, call: id }).then(
      ({ people }) => {
        if (!here) return;
        setList(
          people.flatMap(({ person, rung, stays }) => (rung && stays.length === 0 ? [{ person, how: rung }] : [])),
        );
      },
      // The list stands without them.
      () => {},
    );
    return () => {
      here = false;
    };
  }, [group, id, version, n]);
  return list;
}

async function invite(room: Room, accounts: readonly string[]): Promise<boolean> {
  return doing(async () => {
    const n = await room.invite(accounts);
    sayInCall(n > 0 ? strings('invited', { n }) : strings('nobodyRung'));
  });
}

/** Members who are not in it, to be rung. */
export function InviteSheet({ room, onClose }: { room: Room; onClose: () => void }) {
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  const [busy, setBusy] = useState(false);
  const state = useGroups();
  const inCall = new Set(room.seats.value.map((it) => it.person.id));
  if (!state) return null;
  return (
    <Sheet
      title={strings('inviteTitle')}
      shape="dialog"
      full
      flush
      class="always-dark call-choose"
      onClose={onClose}
      foot={
        <Button
          icon={PhoneCall}
          busy={busy}
          disabled={chosen.size === 0}
          onPress={() => {
            setBusy(true);
            void invite(room, [...chosen.keys()]).then((done) => {
              setBusy(false);
              if (done) onClose();
            });
          }}
        >
          {strings('inviteN', { n: chosen.size })}
        </Button>
      }
    >
      <MemberChoice
        state={state}
        group={room.group}
        chosen={chosen}
        onChange={setChosen}
        most={RUNG_MOST}
        without={inCall}
      />
    </Sheet>
  );
}
