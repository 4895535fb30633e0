import { useEffect, useState } from 'preact/hooks';
import { Problem } from '../../../protocol/problem.ts';
import { call } from '../../../web/connection.ts';
import { formatPhone } from '../../../web/format.ts';
import { Button } from '../../../web/ui/button.tsx';
import { RadioRows } from '../../../web/ui/choice.tsx';
import { Field } from '../../../web/ui/field.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Section } from '../../../web/ui/rows.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { agency, fetchAgency } from '../state.ts';
import type { Agency } from '../state.ts';
import { strings } from '../strings.ts';
import '../agency.css';

/** Quản trị → Cơ quan và người hỗ trợ: its name, whom to call, how newcomers come in. */
export function AgencySettingsScreen() {
  useEffect(() => void fetchAgency().catch(() => undefined), []);
  const found = agency.value;
  return (
    <Page title={strings('agency')} lane="form">
      {found?.help ? <Form found={found} /> : <Skeleton kind="setting" rows={5} />}
    </Page>
  );
}

function Form({ found }: { found: Agency }) {
  const [name, setName] = useState(found.name);
  const [helpName, setHelpName] = useState(found.help?.name ?? '');
  const [helpPhone, setHelpPhone] = useState(formatPhone(found.help?.phone ?? ''));
  const [helpEmail, setHelpEmail] = useState(found.help?.email ?? '');
  const [checked, setChecked] = useState(false);
  const [wrongPhone, setWrongPhone] = useState<string | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const errors = {
    name: name.trim().length < 2 ? strings('nameMissing') : undefined,
    helpName: helpName.trim().length < 2 ? strings('fullNameMissing') : undefined,
    helpPhone: helpPhone.replace(/\D/g, '').length < 9 || helpPhone === wrongPhone ? strings('phoneWrong') : undefined,
    helpEmail: helpEmail && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(helpEmail.trim()) ? strings('emailWrong') : undefined,
  };
  const shown = (field: keyof typeof errors) => (checked ? errors[field] : undefined);

  async function change(input: Parameters<typeof call<'agency.change'>>[1]): Promise<void> {
    setBusy(true);
    try {
      await call('agency.change', input);
      showToast(strings('saved'));
      await fetchAgency().catch(() => undefined);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'agency.wrong_number') setWrongPhone(helpPhone);
      else if (error.code === 'unreachable') showToast(strings('unreachable'));
      else if (error.code !== 'confirm_needed')
        showToast(strings('fault', { id: String(error.details['id'] ?? error.code) }));
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <form
        class="agency-form"
        onSubmit={(event) => {
          event.preventDefault();
          setChecked(true);
          if (Object.values(errors).every((it) => it === undefined))
            void change({ name, help: { name: helpName, phone: helpPhone, email: helpEmail.trim() } });
        }}
      >
        <Field
          label={strings('name')}
          value={name}
          onInput={setName}
          onBlur={() => setChecked(true)}
          error={shown('name')}
          maxLength={120}
        />
        <fieldset class="setup-group">
          <legend>
            {strings('help')} <small>{strings('helpWhere')}</small>
          </legend>
          <div class="setup-pair">
            <Field
              label={strings('fullName')}
              value={helpName}
              onInput={setHelpName}
              onBlur={() => setChecked(true)}
              error={shown('helpName')}
              maxLength={80}
            />
            <Field
              label={strings('phone')}
              type="tel"
              value={helpPhone}
              onInput={setHelpPhone}
              onBlur={() => setChecked(true)}
              error={shown('helpPhone')}
            />
          </div>
          <Field
            label={strings('email')}
            type="email"
            optional
            value={helpEmail}
            onInput={setHelpEmail}
            onBlur={() => setChecked(true)}
            error={shown('helpEmail')}
            maxLength={254}
          />
        </fieldset>
        <div>
          <Button type="submit" busy={busy}>
            {strings('save')}
          </Button>
        </div>
      </form>
      <Section title={strings('registration')}>
        <RadioRows
          label={strings('registration')}
          hideLabel
          value={found.registration}
          onChange={(registration) => void change({ registration })}
          options={[
            { value: 'directory', label: strings('directory'), help: strings('directoryHelp') },
            { value: 'approval', label: strings('approval'), help: strings('approvalHelp') },
          ]}
        />
      </Section>
    </>
  );
}
