import { useState } from 'preact/hooks';
import { Problem } from '../../../protocol/problem.ts';
import { call } from '../../../web/connection.ts';
import { formatPhone } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { RadioRows, SwitchRow } from '../../../web/ui/choice.tsx';
import { Field } from '../../../web/ui/field.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Section } from '../../../web/ui/rows.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Myself } from '../protocol.ts';
import { NAME_MOST } from '../rules.ts';
import { me } from '../state.ts';
import { strings } from '../strings.ts';
import { OwnPhoto } from './own-photo.tsx';
import { Facts } from './welcome.tsx';
import '../accounts.css';

/** What others see of me, and what of it I may change. */
export function ProfileScreen() {
  const self = me.value?.self.value;
  return (
    <Page title={strings('profile')} lane="form">
      {self ? <Form key={self.id} self={self} /> : <Skeleton kind="setting" rows={5} />}
    </Page>
  );
}

function Form({ self }: { self: Myself }) {
  const [name, setName] = useState(displayName(self.name));
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const short = name.trim().length < 2;
  const same = displayName(name) === displayName(self.name);

  async function change(input: {
    name?: string;
    phoneShown?: Myself['phoneShown'];
    askedFirst?: boolean;
  }): Promise<boolean> {
    setBusy(true);
    try {
      await call('account.setProfile', input);
      showToast(strings('saved'));
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      showToast(
        error.code === 'unreachable'
          ? strings('unreachable')
          : strings('fault', { id: String(error.details['id'] ?? error.code) }),
      );
      return false;
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <div class="form">
        <div class="profile-photo">
          <OwnPhoto self={self} />
        </div>
        <form
          class="sign-in-form"
          onSubmit={(event) => {
            event.preventDefault();
            setChecked(true);
            if (!short && !same) void change({ name });
          }}
        >
          <Field
            label={strings('name')}
            value={name}
            onInput={setName}
            onBlur={() => setChecked(true)}
            error={checked && short ? strings('nameShort') : undefined}
            autocomplete="name"
            autocapitalize="words"
            maxLength={NAME_MOST}
          />
          {same ? null : (
            <div>
              <Button type="submit" busy={busy}>
                {strings('save')}
              </Button>
            </div>
          )}
        </form>
        <div>
          <Facts self={self} withName={false} />
          <p class="me-second">{strings('fromList')}</p>
        </div>
        <Field
          label={strings('phone')}
          value={self.phone ? formatPhone(self.phone) : ''}
          onInput={() => undefined}
          readOnly
          help={strings('phoneHelp')}
        />
      </div>
      <Section title={strings('phoneShown')}>
        <RadioRows
          label={strings('phoneShown')}
          hideLabel
          value={self.phoneShown}
          onChange={(phoneShown) => void change({ phoneShown })}
          options={[
            { value: 'colleagues', label: strings('phoneShownColleagues') },
            { value: 'nobody', label: strings('phoneShownNobody') },
          ]}
        />
      </Section>
      <Section title={strings('groups')}>
        <SwitchRow
          label={strings('askedFirst')}
          help={strings('askedFirstHelp')}
          checked={self.askedFirst}
          onChange={(askedFirst) => change({ askedFirst })}
        />
      </Section>
    </>
  );
}
