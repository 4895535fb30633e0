import { useEffect, useRef, useState } from 'preact/hooks';
import { Phone, SlidersHorizontal, UsersRound, Video } from 'lucide';

import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { RadioRows, Segmented, SwitchRow } from '../../../web/ui/choice.tsx';
import { Select } from '../../../web/ui/field.tsx';
import { SettingRow } from '../../../web/ui/rows.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { useGroups } from '../../groups/view/use-groups.ts';
import { urgencyWord } from '../../messages/view/parts/urgency.tsx';
import { CallDevices } from '../media/devices.ts';
import { browserPlatform } from '../media/platform.ts';
import { RING_ALL_MOST, RUNG_MOST } from '../rules.ts';
import type { CallKind } from '../rules.ts';
import type { CallsState } from '../state/shapes.ts';
import { strings } from '../strings/start.ts';
import { startCall } from './begin.ts';
import { MemberChoice } from './choose.tsx';
import { DevicesSheet } from './devices.tsx';
import '../calls.css';

/** The right that a level of urgency needs, as for messages. */
const URGENCY_RIGHT = [undefined, 'message.urgent', 'message.pressing', 'message.express'] as const;
const NAMES_SHOWN = 3;

interface StartCallProps {
  state: CallsState;
  group: string;
  onClose: () => void;
}

/** How a group is called: by voice or video, whom it rings, how urgent it is, and whether there is a lobby. */
export function StartCall({ state, group, onClose }: StartCallProps) {
  const groups = useGroups();
  const chat = groups?.chat(group);
  const members = chat?.members ?? 0;
  const all = members <= RING_ALL_MOST;
  const [kind, setKind] = useState<CallKind>('voice');
  const [whom, setWhom] = useState<'all' | 'some'>(all ? 'all' : 'some');
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  const [urgency, setUrgency] = useState('0');
  const [lobby, setLobby] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const [trying, setTrying] = useState(false);
  const [busy, setBusy] = useState(false);
  const devices = useRef<CallDevices | undefined>(undefined);
  useEffect(() => () => devices.current?.close(), []);
  const levels = [0, 1, 2, 3].filter((level) => {
    const right = URGENCY_RIGHT[level];
    return right === undefined || chat?.rights.includes(right);
  });
  const leads = chat?.role === 'owner' || chat?.role === 'deputy';
  const some = whom === 'some';
  const names = [...chosen.values()];

  async function start(): Promise<void> {
    setBusy(true);
    // The sheet gives its place to the call: what is opened over it would be closed with it.
    onClose();
    await startCall(state, group, kind, {
      urgency: Number(urgency),
      lobby,
      ...(some ? { ring: [...chosen.keys()] } : {}),
    });
  }

  return (
    <>
      <Sheet
        title={strings('title')}
        subtitle={displayName(chat?.name ?? '')}
        onClose={onClose}
        foot={
          <Button
            size="large"
            icon={kind === 'video' ? Video : Phone}
            busy={busy}
            reason={some && chosen.size === 0 ? strings('chooseFirst') : undefined}
            onPress={() => void start()}
          >
            {some && chosen.size > 0 ? strings('startN', { n: chosen.size }) : strings('start')}
          </Button>
        }
      >
        <Segmented<CallKind>
          label={strings('kind')}
          value={kind}
          onChange={setKind}
          options={[
            { value: 'voice', label: strings('voice') },
            { value: 'video', label: strings('video') },
          ]}
        />
        <p class="call-help">{strings('notSecret')}</p>
        {all ? (
          <RadioRows
            label={strings('whom')}
            value={whom}
            onChange={setWhom}
            options={[
              { value: 'all', label: strings('all', { n: Math.max(0, members - 1) }) },
              { value: 'some', label: strings('some') },
            ]}
          />
        ) : (
          <p class="call-help">{strings('allTooMany', { most: RING_ALL_MOST })}</p>
        )}
        {some ? (
          <SettingRow
            icon={UsersRound}
            label={strings('some')}
            help={names.slice(0, NAMES_SHOWN).join(', ') + (names.length > NAMES_SHOWN ? '…' : '') || undefined}
            value={strings('chosen', { n: chosen.size, most: RUNG_MOST })}
            onPress={() => setChoosing(true)}
          />
        ) : null}
        <p class="call-help">{strings('othersToo')}</p>
        {levels.length > 1 ? (
          <Select
            label={strings('urgency')}
            help={strings('urgencyHelp')}
            value={urgency}
            onChange={setUrgency}
            options={levels.map((level) => ({ value: String(level), label: urgencyWord(level) }))}
          />
        ) : null}
        {leads ? (
          <SwitchRow label={strings('lobby')} help={strings('lobbyHelp')} checked={lobby} onChange={setLobby} />
        ) : null}
        <SettingRow
          icon={SlidersHorizontal}
          label={strings('tryDevices')}
          onPress={() => {
            devices.current ??= new CallDevices(browserPlatform());
            setTrying(true);
          }}
        />
      </Sheet>
      {choosing && groups ? (
        <Sheet
          title={strings('some')}
          full
          flush
          class="call-choose"
          onClose={() => setChoosing(false)}
          foot={<Button onPress={() => setChoosing(false)}>{strings('done')}</Button>}
        >
          <MemberChoice state={groups} group={group} chosen={chosen} onChange={setChosen} most={RUNG_MOST} />
        </Sheet>
      ) : null}
      {trying && devices.current ? <DevicesSheet devices={devices.current} onClose={() => setTrying(false)} /> : null}
    </>
  );
}
