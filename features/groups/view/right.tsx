import { useState } from 'preact/hooks';
import { CircleAlert, UserRoundPlus } from 'lucide';

import { formatDate } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { RadioRows } from '../../../web/ui/choice.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { PersonRow, Section } from '../../../web/ui/rows.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { photoPath } from '../../photos/rules.ts';
import { canGive, firstHolders, HOLDERS, holdersOf, RIGHTS } from '../rights.ts';
import type { Exceptions, Holders, Right, SettableRight } from '../rights.ts';
import type { Groups } from '../state.ts';
import type { Governing } from '../state/wishes.ts';
import { strings } from '../strings/governing.ts';
import { ExceptionSheet } from './exception.tsx';
import type { Excepted } from './exception.tsx';
import { rightLabel } from './right-words.ts';
import './groups.css';

interface RightProps {
  state: Groups;
  chat: Chat;
  right: SettableRight;
  onChange: (change: Governing) => void;
  onClose: () => void;
}

/** Whom the group gives one right, and who is an exception. Saved at once. */
export function RightSheet({ state, chat, right, onChange, onClose }: RightProps) {
  const [editing, setEditing] = useState<Excepted | 'new'>();
  const { settings, approval } = state.governed(chat);
  const given = settings.rights[right] ?? firstHolders(chat.kind, right);
  const effective = holdersOf({ kind: chat.kind, settings }, right);
  const readers = 'readers' in RIGHTS[right];
  const people = exceptedFrom(state, chat, right);
  const mayExcept = canGive(chat.role, given, given);

  return (
    <Sheet title={rightLabel(right)} size="medium" flush onClose={onClose}>
      <div class="right-choices">
        <RadioRows
          label={rightLabel(right)}
          hideLabel
          value={given}
          onChange={(holders: Holders) => onChange({ rights: { [right]: holders } })}
          options={HOLDERS.map((holders) => ({
            value: holders,
            label: strings(holders === 'all' ? 'allMembers' : holders === 'leaders' ? 'onlyLeaders' : 'onlyOwner'),
            help:
              holders === 'leaders'
                ? strings('leadersHelp')
                : holders === 'all' && !readers
                  ? strings('allButReaders')
                  : undefined,
            disabled: !canGive(chat.role, given, holders),
          }))}
        />
        {effective === given ? null : (
          <p class="right-held">
            <Icon of={CircleAlert} size={16} />
            <span>{strings('heldByAnnouncing')}</span>
          </p>
        )}
        {right === 'member.add' && approval ? <p class="right-note">{strings('heldByApproval')}</p> : null}
        {chat.role !== 'owner' && (given === 'owner' || !canGive(chat.role, given, 'owner')) ? (
          <p class="right-note">{strings('ownerOnly')}</p>
        ) : null}
      </div>
      <Section
        title={strings('exceptions')}
        count={people.length > 0 ? people.length : undefined}
        action={
          mayExcept ? (
            <Button look="text" size="small" icon={UserRoundPlus} onPress={() => setEditing('new')}>
              {strings('addException')}
            </Button>
          ) : undefined
        }
      >
        {people.length === 0 ? <p class="right-none">{strings('noExceptions')}</p> : null}
        {people.map((it) => (
          <PersonRow
            key={it.account}
            id={it.account}
            name={displayName(it.name)}
            photo={photoPath(it.photo)}
            second={exceptionWords(it.rule!)}
            onPress={mayExcept ? () => setEditing(it) : undefined}
          />
        ))}
      </Section>
      {editing ? (
        <ExceptionSheet
          state={state}
          chat={chat}
          right={right}
          person={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
        />
      ) : null}
    </Sheet>
  );
}

/** Who is an exception from a right. Reads as a signal. */
export function exceptedFrom(state: Groups, chat: Chat, right: Right): Excepted[] {
  const all = state.get(chat.group)?.exceptions ?? [];
  return all.flatMap(({ account, name, photo, rights }) =>
    rights[right] ? [{ account, name, photo, rule: rights[right] }] : [],
  );
}

function exceptionWords({ allowed, until }: Exceptions[string]): string {
  // The last day on which it holds.
  if (until !== null) return strings(allowed ? 'allowedUntil' : 'deniedUntil', { day: formatDate(until - 1) });
  return strings(allowed ? 'allowed' : 'denied');
}
