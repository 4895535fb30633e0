import { useEffect, useMemo } from 'preact/hooks';
import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { CircleAlert, Database, Map as MapIcon, MessageSquareText, TriangleAlert } from 'lucide';
import type { IconNode } from 'lucide';
import { newId } from '../../../protocol/id.ts';
import { Problem } from '../../../protocol/problem.ts';
import { connection } from '../../../web/connection.ts';
import { formatSpan } from '../../../web/format.ts';
import { here } from '../../../web/routing.ts';
import { useTitle } from '../../../web/title.ts';
import { Button } from '../../../web/ui/button.tsx';
import { CheckboxRow } from '../../../web/ui/choice.tsx';
import { Field } from '../../../web/ui/field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { typedNumber } from '../../accounts/rules.ts';
import { LanguageButton } from '../../accounts/view/language.tsx';
import { enterAs } from '../../accounts/view/entering.ts';
import { numberWords } from '../../accounts/view/words.ts';
import { AreaPicker } from '../../areas/view/area-picker.tsx';
import { plainSetupCode, SETUP_LENGTH } from '../rules.ts';
import { agency, fetchAgency } from '../state.ts';
import type { Agency } from '../state.ts';
import { strings } from '../strings.ts';
import { Split } from './split.tsx';
import '../agency.css';

/** What is typed on the page of the first run; each field is checked when it is left, all of them at the end. */
class SetupForm {
  readonly code: Signal<string>;
  readonly name = signal('');
  readonly area = signal<string | null>(null);
  readonly adminName = signal('');
  readonly adminPhone = signal('');
  readonly helpSame = signal(true);
  readonly helpName = signal('');
  readonly helpPhone = signal('');
  readonly helpEmail = signal('');
  /** Fields that have been left, whose faults are shown. */
  readonly left = signal<ReadonlySet<string>>(new Set());
  readonly wrongCode = signal<string | undefined>(undefined);
  readonly trouble = signal<string | undefined>(undefined);
  readonly busy = signal(false);
  /** Made once: pressed again after a lost answer it is the same act. */
  #id = newId();
  #sent = '';

  constructor(code: string) {
    this.code = signal(code);
  }

  errors(): Readonly<Record<string, string | undefined>> {
    const number = typedNumber(this.adminPhone.value);
    const helps = !this.helpSame.value;
    return {
      code:
        plainSetupCode(this.code.value).length !== SETUP_LENGTH || this.code.value === this.wrongCode.value
          ? strings('wrongCode')
          : undefined,
      name: this.name.value.trim().length < 2 ? strings('nameMissing') : undefined,
      area: this.area.value === null ? strings('areaMissing') : undefined,
      adminName: this.adminName.value.trim().length < 2 ? strings('fullNameMissing') : undefined,
      adminPhone: numberWords(number),
      helpName: helps && this.helpName.value.trim().length < 2 ? strings('fullNameMissing') : undefined,
      helpPhone: helps && this.helpPhone.value.replace(/\D/g, '').length < 9 ? strings('phoneWrong') : undefined,
      helpEmail:
        helps && this.helpEmail.value && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(this.helpEmail.value.trim())
          ? strings('emailWrong')
          : undefined,
    };
  }

  shown(field: string): string | undefined {
    return this.left.value.has(field) ? this.errors()[field] : undefined;
  }

  leave(...fields: string[]): void {
    this.left.value = new Set([...this.left.value, ...fields]);
  }

  /** Answers the account that is signed in now; undefined where something is in the way. */
  async finish(): Promise<string | undefined> {
    const errors = this.errors();
    this.leave(...Object.keys(errors));
    if (this.busy.value || Object.values(errors).some((it) => it !== undefined)) return undefined;
    const input = {
      code: this.code.value,
      name: this.name.value,
      area: this.area.value!,
      administrator: { name: this.adminName.value, phone: this.adminPhone.value },
      help: this.helpSame.value
        ? null
        : { name: this.helpName.value, phone: this.helpPhone.value, email: this.helpEmail.value.trim() },
    };
    const text = JSON.stringify(input);
    if (text !== this.#sent) this.#id = newId();
    this.#sent = text;
    this.busy.value = true;
    this.trouble.value = undefined;
    try {
      const { account } = await connection().call('agency.setUp', input, { door: 'http', id: this.#id });
      return account;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#refused(error);
      return undefined;
    } finally {
      this.busy.value = false;
    }
  }

  #refused({ code, details }: Problem): void {
    switch (code) {
      case 'agency.wrong_code':
        this.wrongCode.value = this.code.value;
        break;
      case 'agency.wrong_number':
        this.trouble.value = details['field'] === 'help.phone' ? strings('phoneWrong') : numberWords({ state: 'dead' });
        break;
      case 'agency.set_up_already':
        this.trouble.value = strings('already');
        break;
      case 'too_fast':
        this.trouble.value = strings('tooFast', { time: formatSpan(Number(details['wait'] ?? 60)) });
        break;
      case 'unreachable':
      case 'busy':
        this.trouble.value = strings('unreachable');
        break;
      default:
        this.trouble.value = strings('fault', { id: String(details['id'] ?? code) });
    }
  }
}

/** The first run: one page, and the administrator is in. */
export function SetupScreen() {
  const carried = useMemo(() => decodeURIComponent(here.peek().hash.replace(/^#/, '')), []);
  const form = useMemo(() => new SetupForm(carried), []);
  useTitle(strings('title'), 'bare');
  useEffect(() => {
    if (!agency.peek()?.ready) void fetchAgency().catch(() => undefined);
  }, []);
  const ready = agency.value?.ready ?? undefined;
  // The field is there where the link did not fill it in, or what it carried was wrong.
  const asksCode = plainSetupCode(carried).length !== SETUP_LENGTH || form.wrongCode.value !== undefined;

  async function finish(): Promise<void> {
    const account = await form.finish();
    if (account === undefined) {
      document.querySelector<HTMLElement>('.setup-form [aria-invalid="true"]')?.focus();
      return;
    }
    void fetchAgency().catch(() => undefined);
    enterAs(account);
  }

  return (
    <Split
      about={strings('about')}
      more={ready ? <Checks ready={ready} /> : undefined}
      top={<LanguageButton />}
      topAtEnd
    >
      <h1 class="setup-title" tabIndex={-1}>
        {strings('title')}
      </h1>
      <p class="setup-second">{strings(asksCode ? 'codeText' : 'codeTaken')}</p>
      {ready && (ready.sms === 'console' || ready.sms === 'file') ? (
        <p class="setup-checks-phone">{strings(ready.sms === 'console' ? 'smsConsole' : 'smsFile')}</p>
      ) : null}
      <form
        class="setup-form"
        onSubmit={(event) => {
          event.preventDefault();
          void finish();
        }}
      >
        {asksCode ? (
          <Field
            label={strings('code')}
            value={form.code.value}
            onInput={(text) => {
              form.code.value = text;
            }}
            onBlur={() => form.leave('code')}
            help={strings('codeHelp')}
            error={form.shown('code')}
            autocapitalize="characters"
            spellcheck={false}
            maxLength={20}
            autofocus
          />
        ) : null}
        <Field
          label={strings('name')}
          value={form.name.value}
          onInput={(text) => {
            form.name.value = text;
          }}
          onBlur={() => form.leave('name')}
          error={form.shown('name')}
          autocomplete="organization"
          maxLength={120}
          autofocus={!asksCode}
        />
        <AreaPicker
          label={strings('area')}
          value={form.area.value}
          onChoose={({ code }) => {
            form.area.value = code;
          }}
          help={strings('areaHelp')}
          error={form.shown('area')}
        />
        <fieldset class="setup-group">
          <legend>{strings('administrator')}</legend>
          <div class="setup-pair">
            <Field
              label={strings('fullName')}
              value={form.adminName.value}
              onInput={(text) => {
                form.adminName.value = text;
              }}
              onBlur={() => form.leave('adminName')}
              error={form.shown('adminName')}
              autocomplete="name"
              autocapitalize="words"
              maxLength={80}
            />
            <Field
              label={strings('mobile')}
              type="tel"
              value={form.adminPhone.value}
              onInput={(text) => {
                form.adminPhone.value = text;
              }}
              onBlur={() => form.leave('adminPhone')}
              error={form.shown('adminPhone')}
              autocomplete="tel"
            />
          </div>
        </fieldset>
        <fieldset class="setup-group">
          <legend>
            {strings('help')} <small>{strings('helpWhere')}</small>
          </legend>
          <div class="setup-same">
            <CheckboxRow
              label={strings('helpSame')}
              checked={form.helpSame.value}
              onChange={(on) => {
                form.helpSame.value = on;
              }}
            />
          </div>
          {form.helpSame.value ? null : (
            <>
              <div class="setup-pair">
                <Field
                  label={strings('fullName')}
                  value={form.helpName.value}
                  onInput={(text) => {
                    form.helpName.value = text;
                  }}
                  onBlur={() => form.leave('helpName')}
                  error={form.shown('helpName')}
                  autocapitalize="words"
                  maxLength={80}
                />
                <Field
                  label={strings('phone')}
                  type="tel"
                  value={form.helpPhone.value}
                  onInput={(text) => {
                    form.helpPhone.value = text;
                  }}
                  onBlur={() => form.leave('helpPhone')}
                  error={form.shown('helpPhone')}
                />
              </div>
              <Field
                label={strings('email')}
                type="email"
                optional
                value={form.helpEmail.value}
                onInput={(text) => {
                  form.helpEmail.value = text;
                }}
                onBlur={() => form.leave('helpEmail')}
                error={form.shown('helpEmail')}
                maxLength={254}
              />
            </>
          )}
        </fieldset>
        {form.trouble.value ? (
          <p class="form-trouble" role="alert">
            <Icon of={CircleAlert} size={20} />
            <span>{form.trouble.value}</span>
          </p>
        ) : null}
        <div class="setup-end">
          <Button type="submit" size="large" busy={form.busy.value}>
            {strings('finish')}
          </Button>
          <span class="setup-next">{strings('next')}</span>
        </div>
      </form>
    </Split>
  );
}

/** What is ready, in three lines. */
function Checks({ ready }: { ready: NonNullable<Agency['ready']> }) {
  const { sms, provinces, communes } = ready;
  const real = sms === 'http' || sms === 'smpp';
  const lines: { icon: IconNode; words: string; gold?: boolean }[] = [
    { icon: Database, words: strings('database') },
    { icon: MapIcon, words: strings('areas', { provinces, communes }) },
    real
      ? { icon: MessageSquareText, words: strings('smsReal') }
      : { icon: TriangleAlert, words: strings(sms === 'console' ? 'smsConsole' : 'smsFile'), gold: true },
  ];
  return (
    <ul class="split-checks">
      {lines.map(({ icon, words, gold }) => (
        <li key={words} class={gold ? 'split-check-gold' : undefined}>
          <Icon of={icon} size={20} />
          {words}
        </li>
      ))}
    </ul>
  );
}
