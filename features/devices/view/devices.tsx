import { useEffect, useState } from 'preact/hooks';
import { Laptop, Smartphone, Tablet } from 'lucide';
import type { IconNode } from 'lucide';
import { Problem } from '../../../protocol/problem.ts';
import { formatListTime } from '../../../web/format.ts';
import { Button } from '../../../web/ui/button.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Section, SettingRow } from '../../../web/ui/rows.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import type { Device } from '../protocol.ts';
import { devices } from '../state.ts';
import type { Devices } from '../state.ts';
import { strings } from '../strings.ts';
import { deviceWords } from './words.ts';
import '../devices.css';

const ICONS: Readonly<Record<Device['kind'], IconNode>> = { phone: Smartphone, tablet: Tablet, computer: Laptop };

/** Where I am signed in; this device first. */
export function DevicesScreen() {
  const state = devices.value;
  const [error, setError] = useState<unknown>(undefined);
  const load = () => {
    setError(undefined);
    state?.fetch().catch(setError);
  };
  useEffect(() => {
    load();
    // Who looks at the list has been told.
    if (state) state.added.value = undefined;
  }, [state]);
  const list = state?.list.value;
  return (
    <Page title={strings('title')} lane="form">
      {error !== undefined && !list ? (
        <Trouble error={error} onRetry={load} />
      ) : state && list ? (
        <List state={state} list={list} />
      ) : (
        <Skeleton kind="setting" rows={4} />
      )}
    </Page>
  );
}

function List({ state, list }: { state: Devices; list: readonly Device[] }) {
  const [busy, setBusy] = useState<string | undefined>(undefined);
  const mine = list.find((it) => it.id === state.current.value);
  const others = list.filter((it) => it !== mine).sort((a, b) => b.usedAt - a.usedAt);

  async function working(name: string, work: () => Promise<string>): Promise<void> {
    setBusy(name);
    try {
      showToast(await work());
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      showToast(strings('failed'));
    } finally {
      setBusy(undefined);
    }
  }

  async function signOut(device: Device): Promise<void> {
    const name = deviceWords(device);
    const agreed = await confirm({
      title: strings('signOutTitle', { device: name }),
      text: strings('signOutText'),
      yes: strings('signOut'),
      danger: true,
    });
    if (!agreed) return;
    await working(device.id, async () => {
      await state.signOut(device.id);
      return strings('signedOut', { device: name });
    });
  }

  async function signOutOthers(): Promise<void> {
    const agreed = await confirm({
      title: strings('signOutOthersTitle'),
      text: strings('signOutText'),
      yes: strings('signOutOthers'),
      danger: true,
    });
    if (agreed) await working('', async () => strings('signedOutOthers', { n: await state.signOutOthers() }));
  }

  return (
    <>
      {mine ? (
        <Section title={strings('thisDevice')}>
          <SettingRow
            icon={ICONS[mine.kind]}
            label={deviceWords(mine)}
            help={`${strings('usedNow')} · ${strings('signedIn', { time: formatListTime(mine.signedInAt) })}`}
          />
        </Section>
      ) : null}
      <Section title={strings('others')}>
        {others.length === 0 ? <p class="device-limit">{strings('noOthers')}</p> : null}
        {others.map((device) => (
          <SettingRow
            key={device.id}
            icon={ICONS[device.kind]}
            label={deviceWords(device)}
            help={`${strings('used', { time: formatListTime(device.usedAt) })} · ${strings('signedIn', { time: formatListTime(device.signedInAt) })}`}
            after={
              <Button
                look="outline"
                busy={busy === device.id}
                label={strings('signOutOf', { device: deviceWords(device) })}
                onPress={() => void signOut(device)}
              >
                {strings('signOut')}
              </Button>
            }
          />
        ))}
      </Section>
      {others.length > 0 ? (
        <div class="devices-end">
          <Button look="danger-outline" wide busy={busy === ''} onPress={() => void signOutOthers()}>
            {strings('signOutOthers')}
          </Button>
        </div>
      ) : null}
      <p class="device-limit">{strings('limit')}</p>
    </>
  );
}
