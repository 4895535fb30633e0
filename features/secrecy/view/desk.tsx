import { useEffect, useState } from 'preact/hooks';
import { CircleAlert } from 'lucide';

import type { OutputOf } from '../../../protocol/action.ts';
import { call } from '../../../web/connection.ts';
import { navigate } from '../../../web/routing.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Chip, Chips } from '../../../web/ui/chip.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Page } from '../../../web/ui/page.tsx';
import type { secrecyActions } from '../protocol.ts';
import { secrecy } from '../state.ts';
import { strings } from '../strings/desk.ts';
import { Incidents } from './desk/incidents.tsx';
import { Rescans } from './desk/rescans.tsx';
import { Rules } from './desk/rules.tsx';
import { Settings } from './desk/settings.tsx';
import { TryOut } from './desk/try.tsx';
import './desk.css';
import './guard.css';

const PARTS = ['incidents', 'rules', 'try', 'rescans', 'settings'] as const;
type Part = (typeof PARTS)[number];

export type DeskState = OutputOf<(typeof secrecyActions)['secrecy.state']>;

/** Quản trị → Bàn làm việc bảo mật: what the guard refused and what it goes by. */
export function DeskScreen({ params }: ScreenProps) {
  const part = PARTS.find((it) => it === params['part']) ?? 'incidents';
  const [state, setState] = useState<DeskState>();
  const moved = secrecy.value?.moved.value ?? 0;
  useEffect(() => {
    let here = true;
    // Each part says for itself what could not be fetched.
    call('secrecy.state', {}).then(
      (it) => here && setState(it),
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [moved]);
  const count = (it: Part): number =>
    it === 'incidents' ? (state?.appeals ?? 0) : it === 'rules' && state?.proposed != null ? 1 : 0;
  return (
    <Page
      title={strings('title')}
      subtitle={strings('subtitle')}
      class="desk"
      head={
        <Chips label={strings('parts')}>
          {PARTS.map((it) => (
            <Chip
              key={it}
              on={it === part}
              count={count(it)}
              onPress={() =>
                navigate(it === 'incidents' ? '/admin/secrecy' : `/admin/secrecy/${it}`, { replace: true })
              }
            >
              {strings(it)}
            </Chip>
          ))}
        </Chips>
      }
    >
      {state?.broken ? (
        <p class="desk-broken" role="alert">
          <Icon of={CircleAlert} size={20} />
          {strings('broken')}
        </p>
      ) : null}
      {part === 'incidents' ? (
        <Incidents />
      ) : part === 'rules' ? (
        <Rules />
      ) : part === 'try' ? (
        <TryOut />
      ) : part === 'rescans' ? (
        <Rescans />
      ) : (
        <Settings state={state} onChanged={setState} />
      )}
    </Page>
  );
}
