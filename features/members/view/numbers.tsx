import { useState } from 'preact/hooks';
import { CircleAlert, CircleCheck, CircleMinus, UserRoundPlus } from 'lucide';
import type { IconNode } from 'lucide';

import type { OutputOf } from '../../../protocol/action.ts';
import { call } from '../../../web/connection.ts';
import { formatPhone } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { TextArea } from '../../../web/ui/field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import type { Person } from '../../directory/protocol.ts';
import { ADDED_AT_ONCE } from '../../groups/rules.ts';
import { asPerson } from '../../groups/view/people.ts';
import { refusalWords } from '../../groups/view/refusals.ts';
import type { memberActions } from '../protocol.ts';
import { strings } from '../strings.ts';
import '../members.css';

type Line = OutputOf<(typeof memberActions)['member.readNumbers']>['lines'][number];
type Result = Line['result'];

interface PasteNumbersProps {
  /** The group the numbers are for; null while it is being made. */
  group: string | null;
  /** Those who are on the staff list, and the numbers that will be invited. */
  onRead: (people: readonly Person[], invited: readonly string[]) => void;
  onClose: () => void;
}

const ICONS: Readonly<Record<Result, IconNode>> = {
  add: CircleCheck,
  invite: UserRoundPlus,
  already: CircleMinus,
  twice: CircleMinus,
  unknown: CircleAlert,
  wrong: CircleAlert,
};

/** Lines are asked for in parts, so that a long list stays within what a frame may be. */
const PART = 200;
const LINE_MOST = 200;

/** A pasted list of numbers: every line is answered, those that cannot be used stay in the field to be mended. */
export function PasteNumbers({ group, onRead, onClose }: PasteNumbersProps) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const [answered, setAnswered] = useState<readonly (Line & { text: string })[]>([]);

  async function read(): Promise<void> {
    const lines = text
      .split(/\r?\n/)
      .map((it) => it.trim())
      .filter(Boolean);
    if (lines.length === 0) return setError(strings('pasteEmpty'));
    if (lines.length > ADDED_AT_ONCE) return setError(strings('tooManyLines', { n: ADDED_AT_ONCE }));
    setBusy(true);
    setError(undefined);
    try {
      const found: (Line & { text: string })[] = [];
      const seen = new Set<string>();
      for (let from = 0; from < lines.length; from += PART) {
        const part = lines.slice(from, from + PART).map((it) => it.slice(0, LINE_MOST));
        const answer = await call('member.readNumbers', { group, lines: part });
        for (const it of answer.lines) {
          // What stood in an earlier part.
          const twice = it.phone !== null && seen.has(it.phone) && it.result !== 'wrong';
          if (it.phone !== null) seen.add(it.phone);
          found.push({ ...it, result: twice ? 'twice' : it.result, line: from + it.line, text: part[it.line] ?? '' });
        }
      }
      setAnswered(found);
      setText(
        found
          .filter((it) => it.result === 'wrong')
          .map((it) => it.text)
          .join('\n'),
      );
      onRead(
        found.flatMap((it) =>
          it.result === 'add' && it.account ? [asPerson({ ...it, id: it.account, photo: null })] : [],
        ),
        found.flatMap((it) => (it.result === 'invite' && it.phone ? [it.phone] : [])),
      );
    } catch (problem) {
      setError(refusalWords(problem));
    } finally {
      setBusy(false);
    }
  }

  const wrong = answered.some((it) => it.result === 'wrong');
  const settled = answered.length > 0 && text.trim() === '';
  return (
    <Sheet
      title={strings('paste')}
      onClose={onClose}
      full
      class="paste-numbers"
      foot={
        settled ? (
          <Button onPress={onClose}>{strings('done')}</Button>
        ) : (
          <>
            {answered.length > 0 ? (
              <Button look="outline" onPress={onClose}>
                {strings('done')}
              </Button>
            ) : null}
            <Button busy={busy} onPress={() => void read()}>
              {strings(answered.length > 0 ? 'readAgain' : 'read')}
            </Button>
          </>
        )
      }
    >
      {settled ? null : (
        <TextArea
          label={strings('pasteField')}
          value={text}
          onInput={(it) => {
            setText(it);
            setError(undefined);
          }}
          help={wrong ? strings('wrongHelp') : strings('pasteHelp')}
          error={error}
          rows={answered.length > 0 ? 2 : 6}
          maxRows={10}
          autofocus
        />
      )}
      {answered.length > 0 ? (
        <section class="paste-results" aria-label={strings('results')}>
          <p class="paste-summary" role="status">
            {strings('summary', { n: answered.length, parts: summaryOf(answered) })}
          </p>
          <ul>
            {answered.map((it) => (
              <li key={it.line} class={`paste-line paste-${it.result}`}>
                <Icon of={ICONS[it.result]} size={20} />
                <span class="paste-words">
                  <span class="cut">{it.name ? displayName(it.name) : it.phone ? formatPhone(it.phone) : it.text}</span>
                  <span class="paste-second cut">
                    {it.name
                      ? [it.phone ? formatPhone(it.phone) : '', it.position, it.unit].filter(Boolean).join(' · ')
                      : ''}
                  </span>
                </span>
                <span class="paste-result">{resultWords(it.result)}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </Sheet>
  );
}

function resultWords(result: Result): string {
  switch (result) {
    case 'add':
      return strings('resultAdd');
    case 'already':
      return strings('resultAlready');
    case 'invite':
      return strings('resultInvite');
    case 'unknown':
      return strings('resultUnknown');
    case 'wrong':
      return strings('resultWrong');
    case 'twice':
      return strings('resultTwice');
  }
}

/** “12 đã thêm, 2 số sai” */
function summaryOf(lines: readonly Line[]): string {
  return (['add', 'invite', 'already', 'twice', 'unknown', 'wrong'] as const)
    .flatMap((result) => {
      const n = lines.filter((it) => it.result === result).length;
      return n > 0 ? [`${n} ${resultWords(result).toLocaleLowerCase('vi')}`] : [];
    })
    .join(', ');
}
