import { useEffect, useState } from 'preact/hooks';
import {
  Bell,
  BellRing,
  CalendarClock,
  Laptop,
  PhoneIncoming,
  Smartphone,
  Tablet,
  UserRound,
  Vibrate,
  Volume2,
} from 'lucide';
import type { IconNode } from 'lucide';

import { Problem } from '../../../protocol/problem.ts';
import { formatListTime } from '../../../web/format.ts';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { SwitchRow } from '../../../web/ui/choice.tsx';
import { Section, SettingRow } from '../../../web/ui/rows.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { deviceWords } from '../../devices/view/words.ts';
import type { Reached } from '../protocol.ts';
import type { Notifications, Reach } from '../state.ts';
import { notifications } from '../state/current.ts';
import { chooseSounds, play, soundChoice, SOUNDS, vibrate } from '../state/sounds.ts';
import { strings } from '../strings.ts';
import { HowToAllow, HowToInstall } from './allow.tsx';
import '../notifications.css';

const ICONS: Readonly<Record<Reached['kind'], IconNode>> = { phone: Smartphone, tablet: Tablet, computer: Laptop };

/** Of the screen Thông báo và giờ yên tĩnh: what tells this person while the app is closed. */
export function NotificationSection() {
  const state = notifications.value;
  useEffect(() => {
    // What is known stays; without a line it is what was seen last.
    state?.fetch().catch(() => undefined);
  }, [state]);
  return state ? <ThisDevice state={state} /> : null;
}

/** Of the same screen, further below: how loud it is, and which of their devices are told. */
export function SoundSections() {
  const reach = notifications.value?.reach.value;
  return (
    <>
      <Sounds />
      {reach ? <Which reach={reach} /> : null}
    </>
  );
}

/** Runs what needs the line, and says where there was none. */
async function trying(work: () => Promise<unknown>, otherwise: string): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof Problem || error instanceof DOMException)) throw error;
    showToast({ words: otherwise, icon: null });
    return false;
  }
}

function ThisDevice({ state }: { state: Notifications }) {
  const [busy, setBusy] = useState(false);
  const push = state.push.value;
  const reach = state.reach.value;
  const mine = reach?.devices.find((it) => it.id === reach.current)?.push;

  async function turn(on: boolean): Promise<void> {
    setBusy(true);
    await trying(async () => {
      if (!on) {
        await state.turnOff();
        showToast(strings('turnedOff'));
      } else if ((await state.turnOn()) === 'on') showToast(strings('turnedOn'));
    }, strings('failed'));
    setBusy(false);
  }

  async function tryOut(): Promise<void> {
    setBusy(true);
    await trying(async () => {
      const outcome = await state.tryOut();
      if (outcome === 'accepted') showToast(strings('tried'));
      else if (outcome === 'gone' || outcome === 'off') showToast({ words: strings('goneHere'), icon: null });
      else showToast({ words: strings('notTried'), icon: null });
    }, strings('notTried'));
    setBusy(false);
  }

  return (
    <Section title={strings('onThisDevice')}>
      {push === 'on' || push === 'off' ? (
        <SwitchRow
          icon={Bell}
          label={strings('closed')}
          help={strings('closedHelp')}
          checked={push === 'on'}
          disabled={busy}
          onChange={(on) => void turn(on)}
        />
      ) : null}
      {push === 'denied' ? (
        <div class="allow">
          <p>
            <b>{strings('refused')}</b>
          </p>
          <HowToAllow />
        </div>
      ) : null}
      {push === 'install' ? (
        <div class="allow">
          <p>
            <b>{strings('install')}</b>
          </p>
          <HowToInstall />
        </div>
      ) : null}
      {push === 'unsupported' ? <p class="notification-help">{strings('unsupported')}</p> : null}
      {push === 'on' && mine ? (
        <>
          <SwitchRow
            icon={UserRound}
            label={strings('names')}
            help={strings('namesHelp')}
            checked={mine.names}
            onChange={(names) => trying(() => state.choose({ names }), strings('needsLine'))}
          />
          <SwitchRow
            icon={PhoneIncoming}
            label={strings('rings')}
            help={strings('ringsHelp')}
            checked={mine.rings}
            onChange={(rings) => trying(() => state.choose({ rings }), strings('needsLine'))}
          />
          <div class="notification-try">
            <Button look="outline" icon={BellRing} busy={busy} onPress={() => void tryOut()}>
              {strings('tryOut')}
            </Button>
          </div>
        </>
      ) : null}
      {reach ? (
        <SwitchRow
          icon={CalendarClock}
          label={strings('digest')}
          help={strings('digestHelp')}
          checked={reach.digest}
          onChange={(digest) => trying(() => state.choose({ digest }), strings('needsLine'))}
        />
      ) : null}
      {reach && reach.texts > 0 ? <p class="notification-help">{strings('texts', { n: reach.texts })}</p> : null}
    </Section>
  );
}

function Sounds() {
  const choice = soundChoice.value;
  return (
    <Section title={strings('sounds')}>
      {SOUNDS.map((sound) => (
        <div key={sound} class="sound-row">
          <SwitchRow
            label={strings(`sound.${sound}`)}
            checked={choice[sound]}
            onChange={(on) => chooseSounds({ [sound]: on })}
          />
          <IconButton
            icon={Volume2}
            size={20}
            label={strings('listen', { sound: strings(`sound.${sound}`) })}
            onPress={() => play(sound)}
          />
        </div>
      ))}
      {typeof navigator.vibrate === 'function' ? (
        <SwitchRow
          icon={Vibrate}
          label={strings('vibrate')}
          checked={choice.vibrate}
          onChange={(on) => {
            chooseSounds({ vibrate: on });
            vibrate();
          }}
        />
      ) : null}
    </Section>
  );
}

function Which({ reach }: { reach: Reach }) {
  return (
    <Section title={strings('devices')}>
      {reach.devices
        .toSorted((a, b) => Number(b.id === reach.current) - Number(a.id === reach.current))
        .map(({ push, ...device }) => (
          <SettingRow
            key={device.id}
            icon={ICONS[device.kind]}
            label={`${deviceWords(device)}${device.id === reach.current ? ` (${strings('thisDevice')})` : ''}`}
            help={
              push
                ? `${strings(push.names ? 'reachedNames' : 'reached')} · ${
                    push.arrivedAt === null
                      ? strings('never')
                      : strings('arrived', { time: formatListTime(push.arrivedAt) })
                  }`
                : strings('notReached')
            }
          />
        ))}
    </Section>
  );
}
