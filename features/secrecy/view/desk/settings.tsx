import { useEffect, useState } from 'preact/hooks';
import { ShieldPlus, UserRoundMinus } from 'lucide';

import { newId } from '../../../../protocol/id.ts';
import { call } from '../../../../web/connection.ts';
import { formatPhone } from '../../../../web/format.ts';
import { displayName } from '../../../../web/names.ts';
import { Button, IconButton } from '../../../../web/ui/button.tsx';
import { SwitchRow } from '../../../../web/ui/choice.tsx';
import { confirm } from '../../../../web/ui/confirm.tsx';
import { TextArea } from '../../../../web/ui/field.tsx';
import { PersonRow, Section } from '../../../../web/ui/rows.tsx';
import { Skeleton } from '../../../../web/ui/skeleton.tsx';
import { showToast } from '../../../../web/ui/toast.tsx';
import { Trouble } from '../../../../web/ui/trouble.tsx';
import { isAdministrator } from '../../../accounts/view/administrator.ts';
import { PersonSheet } from '../../../audit/view/choose.tsx';
import { photoPath } from '../../../photos/rules.ts';
import type { Officer } from '../../protocol.ts';
import { PROCEDURE_MOST } from '../../rules.ts';
import { strings } from '../../strings/desk.ts';
import type { DeskState } from '../desk.tsx';
import { refusalWords } from './trouble.ts';

interface SettingsProps {
  state: DeskState | undefined;
  onChanged: (state: DeskState) => void;
}

/** Who the officers are, what the agency asks everybody to do, whether devices warn. */
export function Settings({ state, onChanged }: SettingsProps) {
  const [officers, setOfficers] = useState<readonly Officer[]>();
  const [trouble, setTrouble] = useState<unknown>();
  const [choosing, setChoosing] = useState(false);
  const [procedure, setProcedure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const load = (): void => {
    setTrouble(undefined);
    call('secrecy.contacts', {}).then((it) => setOfficers(it.officers), setTrouble);
  };
  useEffect(load, []);
  const trying = async (run: () => Promise<unknown>, said?: string): Promise<boolean> => {
    setBusy(true);
    try {
      await run();
      if (said) showToast(said);
      return true;
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
      return false;
    } finally {
      setBusy(false);
    }
  };
  const appoint = async (account: string, name: string, on: boolean): Promise<void> => {
    const said = strings(on ? 'appointed' : 'removed', { name: displayName(name) });
    await trying(() => call('secrecy.setOfficer', { account, on }, { id: newId() }), said);
    load();
  };
  const remove = async ({ account, name }: Officer): Promise<void> => {
    const title = strings('removeOf', { name: displayName(name) });
    if (await confirm({ title, text: strings('removeText'), yes: strings('remove'), danger: true }))
      await appoint(account, name, false);
  };
  if (trouble !== undefined && !officers) return <Trouble error={trouble} onRetry={load} />;
  if (!officers || !state) return <Skeleton kind="person" rows={5} />;
  const text = procedure ?? state.procedure;
  return (
    <div class="desk-settings">
      <Section title={strings('officers')}>
        <p class="guard-help">{strings(officers.length === 0 ? 'noOfficers' : 'officersHelp')}</p>
        {officers.map((it) => (
          <PersonRow
            key={it.account}
            id={it.account}
            name={displayName(it.name)}
            photo={photoPath(it.photo)}
            second={[it.position, it.unit].filter(Boolean).join(' · ')}
            third={it.phone === null ? undefined : formatPhone(it.phone)}
            actions={
              isAdministrator() ? (
                <IconButton
                  icon={UserRoundMinus}
                  label={`${strings('remove')}: ${displayName(it.name)}`}
                  onPress={() => void remove(it)}
                />
              ) : undefined
            }
          />
        ))}
        {isAdministrator() ? (
          <p class="desk-bar">
            <Button look="outline" icon={ShieldPlus} busy={busy} onPress={() => setChoosing(true)}>
              {strings('appoint')}
            </Button>
          </p>
        ) : null}
      </Section>
      <Section title={strings('procedure')}>
        <div class="desk-try">
          <TextArea
            label={strings('procedure')}
            hideLabel
            help={strings('procedureHelp')}
            value={text}
            maxLength={PROCEDURE_MOST}
            onInput={setProcedure}
          />
          <p class="desk-bar">
            <Button
              busy={busy}
              disabled={text === state.procedure}
              onPress={() =>
                void trying(async () => {
                  await call('secrecy.setProcedure', { procedure: text.trim() }, { id: newId() });
                  onChanged({ ...state, procedure: text.trim() });
                }, strings('saved'))
              }
            >
              {strings('save')}
            </Button>
          </p>
        </div>
      </Section>
      <SwitchRow
        label={strings('early')}
        help={strings('earlyHelp')}
        checked={state.early}
        onChange={(on) =>
          trying(async () => {
            await call('secrecy.setEarly', { on }, { id: newId() });
            onChanged({ ...state, early: on });
          }, strings('saved'))
        }
      />
      {choosing ? (
        <PersonSheet
          title={strings('appoint')}
          excluded={new Set(officers.map((it) => it.account))}
          onClose={() => setChoosing(false)}
          onChoose={({ id, name }) => {
            setChoosing(false);
            void appoint(id, name, true);
          }}
        />
      ) : null}
    </div>
  );
}
