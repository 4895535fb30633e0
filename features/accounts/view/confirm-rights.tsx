import { useMemo } from 'preact/hooks';
import { CircleAlert } from 'lucide';
import { maskPhone } from '../../../web/format.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { answerForRights } from '../state/awake.ts';
import { CodeEntry } from '../state/code.ts';
import { me } from '../state.ts';
import { strings } from '../strings.ts';
import { CodeForm, useNow } from './code-form.tsx';
import { askByHttp } from './sign-in.tsx';
import { troubleWords } from './words.ts';
import '../accounts.css';

/** The code that wakes administrator rights. */
export function ConfirmRights() {
  const now = useNow();
  const phone = me.value?.self.value?.phone ?? '';
  const entry = useMemo(() => {
    const made = new CodeEntry(askByHttp, { verify: 'account.confirm' });
    made.phone.value = phone;
    return made;
  }, [phone]);
  const trouble = entry.trouble.value;
  return (
    <Sheet title={strings('confirmTitle')} size="small" onClose={() => answerForRights(false)}>
      <div class="confirm-rights">
        <p>{strings('confirmText')}</p>
        {entry.sent.value ? (
          <>
            <p>{strings.parts('codeSent', { phone: <b class="nowrap">{maskPhone(phone)}</b> })}</p>
            <CodeForm
              entry={entry}
              act={strings('confirm')}
              onAnswer={(answer) => {
                if (answer.result === 'in') answerForRights(true);
              }}
              onResend={() => void entry.request()}
            />
          </>
        ) : (
          <>
            {trouble ? (
              <p class="form-trouble" role="alert">
                <Icon of={CircleAlert} size={20} />
                <span>{troubleWords(trouble, now)}</span>
              </p>
            ) : null}
            <Button size="large" wide busy={entry.busy.value} onPress={() => void entry.request()} autofocus>
              {strings('confirmSend')}
            </Button>
          </>
        )}
      </div>
    </Sheet>
  );
}
