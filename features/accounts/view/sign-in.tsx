import { useEffect, useRef, useState } from 'preact/hooks';
import { ArrowLeft, CircleAlert, Hourglass, Info, Smartphone } from 'lucide';
import { connection } from '../../../web/connection.ts';
import { formatPhone, maskPhone, phoneLink } from '../../../web/format.ts';
import { helpContact } from '../../../web/help.ts';
import { useLayer } from '../../../web/layer.ts';
import { useTitle } from '../../../web/title.ts';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { Field } from '../../../web/ui/field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { MarkTile } from '../../../web/ui/mark.tsx';
import { HelpCard } from '../../../web/ui/states.tsx';
import { AgencyLine, isOpenToAll } from '../../agency/view/line.tsx';
import { Split } from '../../agency/view/split.tsx';
import type { CodeAnswer } from '../protocol.ts';
import { CodeEntry } from '../state/code.ts';
import type { Ask, CodeMemory } from '../state/code.ts';
import { ending } from '../state/ending.ts';
import { newcomer, session } from '../state.ts';
import { strings } from '../strings.ts';
import { CodeForm, useNow } from './code-form.tsx';
import { LanguageButton } from './language.tsx';
import { troubleWords } from './words.ts';
import '../accounts.css';

/** Codes are asked for and tried at the HTTP door: only there can a cookie be set. */
export const askByHttp: Ask = (name, input, id) =>
  connection().call(name as 'account.requestCode', input as never, { door: 'http', id }) as Promise<never>;

const MEMORY = 'code';

/** The page may be ended by the phone while the person looks at the message; nothing in it is a secret. */
const pageMemory: CodeMemory = {
  read: () => {
    try {
      return sessionStorage.getItem(MEMORY);
    } catch {
      return null;
    }
  },
  write: (text) => {
    try {
      if (text === null) sessionStorage.removeItem(MEMORY);
      else sessionStorage.setItem(MEMORY, text);
    } catch {
      // Then a page that was ended begins at the number again.
    }
  },
};

type Step = 'code' | 'name' | 'waiting';

/** Sign in: the number, the code, and for somebody new the name. */
export function SignInScreen() {
  const entry = useRef<CodeEntry | undefined>(undefined);
  entry.current ??= new CodeEntry(askByHttp, { memory: pageMemory });
  const it = entry.current;
  const [step, setStep] = useState<Step>('code');
  useTitle(strings('signInTitle'), 'bare');

  function answered(answer: CodeAnswer): void {
    if (answer.result === 'in') {
      newcomer.value = answer.first;
      session.value = { state: 'in', account: answer.account };
    } else if (answer.result === 'name' || answer.result === 'waiting') setStep(answer.result);
  }
  function startAgain(): void {
    it.forget();
    setStep('code');
  }

  if (step === 'waiting') return <WaitingStep onAgain={startAgain} />;
  if (step === 'name') return <NameStep entry={it} onAnswer={answered} onBack={startAgain} />;
  if (it.sent.value) return <CodeStep entry={it} onAnswer={answered} onBack={startAgain} />;
  return <NumberStep entry={it} />;
}

function NumberStep({ entry }: { entry: CodeEntry }) {
  const now = useNow();
  const trouble = entry.trouble.value;
  const words = trouble ? troubleWords(trouble, now) : undefined;
  const onField = trouble?.kind === 'number';
  return (
    <Split about={strings('aboutAll')} top={<LanguageButton />} topAtEnd>
      <div class="sign-in">
        <MarkTile size={64} />
        <h1 class="sign-in-title" tabIndex={-1}>
          Nhà Rông
        </h1>
        <p class="sign-in-about">
          <AgencyLine />
        </p>
        {ending.fromElsewhere ? (
          <p class="sign-in-note sign-in-ended" role="status">
            <Icon of={Info} size={20} />
            <span>{strings('endedElsewhere')}</span>
          </p>
        ) : null}
        <form
          class="sign-in-form"
          onSubmit={(event) => {
            event.preventDefault();
            void entry.request();
          }}
        >
          <Field
            label={strings('number')}
            type="tel"
            name="phone"
            autocomplete="tel"
            icon={Smartphone}
            value={entry.phone.value}
            onInput={(text) => {
              entry.phone.value = text;
              if (onField) entry.trouble.value = undefined;
            }}
            onBlur={() => entry.checkNumber()}
            onEnter={() => void entry.request()}
            help={strings(isOpenToAll() ? 'numberHelpOpen' : 'numberHelp')}
            error={onField ? words : undefined}
            autofocus
          />
          {words && !onField ? <Trouble words={words} /> : null}
          <Button type="submit" size="large" wide busy={entry.busy.value}>
            {strings('send')}
          </Button>
        </form>
        <div class="sign-in-foot">
          <HelpCard />
          <p class="sign-in-secrets">{strings('noSecrets')}</p>
        </div>
      </div>
    </Split>
  );
}

function Trouble({ words }: { words: string }) {
  return (
    <p class="form-trouble" role="alert">
      <Icon of={CircleAlert} size={20} />
      <span>{words}</span>
    </p>
  );
}

interface StepProps {
  entry: CodeEntry;
  onAnswer: (answer: CodeAnswer) => void;
  onBack: () => void;
}

function CodeStep({ entry, onAnswer, onBack }: StepProps) {
  const close = useLayer(onBack);
  const title = useRef<HTMLHeadingElement>(null);
  const sent = entry.sent.value;
  useEffect(() => {
    // Somebody who comes back to a page the phone had ended is told where they are.
    if (document.activeElement === document.body) title.current?.focus();
  }, []);
  if (!sent) return null;
  return (
    <Split
      about={strings('aboutAll')}
      top={<IconButton icon={ArrowLeft} label={strings('changeNumber')} onPress={close} />}
    >
      <div class="sign-in">
        <h1 class="sign-in-title sign-in-title-second" tabIndex={-1} ref={title}>
          {strings('codeTitle')}
        </h1>
        <p class="sign-in-about">
          {strings.parts('codeSent', { phone: <b class="nowrap">{maskPhone(sent.phone)}</b> })}{' '}
          <button type="button" class="sign-in-change" onClick={close}>
            {strings('changeNumber')}
          </button>
        </p>
        <CodeForm
          entry={entry}
          act={strings('signIn')}
          onAnswer={onAnswer}
          onResend={() => {
            entry.phone.value = sent.phone;
            void entry.request();
          }}
        />
        <div class="sign-in-foot">
          <NoCode />
        </div>
      </div>
    </Split>
  );
}

function NoCode() {
  const contact = helpContact.value;
  return (
    <div class="sign-in-note" role="note">
      <p class="sign-in-note-title">
        <Icon of={Info} size={20} />
        {strings('noCode')}
      </p>
      <p>
        {contact
          ? strings.parts('noCodeText', {
              who: (
                <>
                  {contact.name}, <a href={phoneLink(contact.phone)}>{formatPhone(contact.phone)}</a>
                </>
              ),
            })
          : strings('noCodeAlone')}
      </p>
    </div>
  );
}

function NameStep({ entry, onAnswer, onBack }: StepProps) {
  const close = useLayer(onBack);
  const now = useNow();
  const [name, setName] = useState('');
  const [checked, setChecked] = useState(false);
  const short = name.trim().replace(/\s+/g, ' ').split(' ').join('').length < 2;
  const trouble = entry.trouble.value;
  return (
    <Split
      about={strings('aboutAll')}
      top={<IconButton icon={ArrowLeft} label={strings('changeNumber')} onPress={close} />}
    >
      <div class="sign-in">
        <h1 class="sign-in-title sign-in-title-second" tabIndex={-1}>
          {strings('nameTitle')}
        </h1>
        <p class="sign-in-about">{strings('nameText')}</p>
        <form
          class="sign-in-form"
          onSubmit={(event) => {
            event.preventDefault();
            setChecked(true);
            if (short) return;
            void entry.register(name).then((answer) => {
              if (answer) onAnswer(answer);
            });
          }}
        >
          <Field
            label={strings('name')}
            value={name}
            onInput={setName}
            onBlur={() => setChecked(name !== '')}
            autocomplete="name"
            autocapitalize="words"
            maxLength={80}
            error={checked && short ? strings('nameShort') : undefined}
            autofocus
          />
          {trouble ? <Trouble words={troubleWords(trouble, now)} /> : null}
          <Button type="submit" size="large" wide busy={entry.busy.value}>
            {strings('register')}
          </Button>
        </form>
        <div class="sign-in-foot">
          <HelpCard />
        </div>
      </div>
    </Split>
  );
}

function WaitingStep({ onAgain }: { onAgain: () => void }) {
  return (
    <Split about={strings('aboutAll')} top={<LanguageButton />} topAtEnd>
      <div class="sign-in">
        <div class="sign-in-waiting" role="status">
          <Icon of={Hourglass} size={44} />
          <h1 class="sign-in-title sign-in-title-second" tabIndex={-1}>
            {strings('waitingTitle')}
          </h1>
          <p class="sign-in-about">{strings('waitingText')}</p>
          <Button look="outline" onPress={onAgain}>
            {strings('waitingAgain')}
          </Button>
        </div>
        <div class="sign-in-foot">
          <HelpCard />
        </div>
      </div>
    </Split>
  );
}
