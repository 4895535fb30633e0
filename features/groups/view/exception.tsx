import { useState } from 'preact/hooks';

import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { RadioRows } from '../../../web/ui/choice.tsx';
import { Field } from '../../../web/ui/field.tsx';
import { PersonRow } from '../../../web/ui/rows.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { endOfDay, lastDay } from '../../members/rules.ts';
import { MemberPick } from '../../members/view/pick.tsx';
import { photoPath } from '../../photos/rules.ts';
import { canDecideAbout } from '../rights.ts';
import type { Exceptions } from '../rights.ts';
import type { Groups } from '../state.ts';
import { strings } from '../strings/governing.ts';
import { Refusal } from './refusal.tsx';
import { refusalWords } from './refusals.ts';
import { rightWords } from './right-words.ts';
import './groups.css';

export interface Excepted {
  readonly account: string;
  readonly name: string;
  readonly photo: string | null;
  readonly rule: Exceptions[string] | undefined;
}

interface ExceptionProps {
  state: Groups;
  chat: Chat;
  right: string;
  /** Undefined: whom it is about is chosen first. */
  person: Excepted | undefined;
  onClose: () => void;
}

/** One person’s exception from a right: được, không được, until when. */
export function ExceptionSheet({ state, chat, right, person: known, onClose }: ExceptionProps) {
  const [person, setPerson] = useState(known);
  const [allowed, setAllowed] = useState<'yes' | 'no'>(known?.rule?.allowed === false ? 'no' : 'yes');
  const [day, setDay] = useState(known?.rule?.until ? lastDay(known.rule.until) : '');
  const [busy, setBusy] = useState<'save' | 'lift'>();
  const [refusal, setRefusal] = useState<string>();

  if (!person) {
    return (
      <Sheet title={strings('chooseException')} full flush class="group-list-sheet" onClose={onClose}>
        <MemberPick
          state={state}
          group={chat.group}
          label={strings('chooseException')}
          offers={(it) => canDecideAbout(chat.role, it.role)}
          onChoose={({ account, name, photo }) => setPerson({ account, name, photo, rule: undefined })}
        />
      </Sheet>
    );
  }

  async function save(wish: boolean | null): Promise<void> {
    const until = day === '' ? null : endOfDay(day);
    if (wish !== null && until === undefined) return setRefusal(strings('untilPast'));
    setBusy(wish === null ? 'lift' : 'save');
    setRefusal(undefined);
    try {
      await state.call('member.except', {
        group: chat.group,
        accounts: [person!.account],
        right: right as never,
        allowed: wish,
        until: wish === null ? null : (until ?? null),
      });
      onClose();
      showToast(strings('changed'));
    } catch (error) {
      setRefusal(refusalWords(error));
      setBusy(undefined);
    }
  }

  return (
    <Sheet
      title={strings('exceptions')}
      subtitle={strings('whoMay', { act: rightWords(right) })}
      onClose={onClose}
      foot={
        <>
          <Refusal words={refusal} />
          {known?.rule ? (
            <Button look="danger-outline" busy={busy === 'lift'} onPress={() => void save(null)}>
              {strings('liftException')}
            </Button>
          ) : null}
          <Button busy={busy === 'save'} onPress={() => void save(allowed === 'yes')}>
            {strings('saveException')}
          </Button>
        </>
      }
    >
      <PersonRow id={person.account} name={displayName(person.name)} photo={photoPath(person.photo)} />
      <RadioRows
        label={strings('whoMay', { act: rightWords(right) })}
        hideLabel
        value={allowed}
        onChange={setAllowed}
        options={[
          { value: 'yes', label: strings('allowed') },
          { value: 'no', label: strings('denied') },
        ]}
      />
      <Field type="date" label={strings('until')} help={strings('untilHelp')} value={day} onInput={setDay} optional />
    </Sheet>
  );
}
