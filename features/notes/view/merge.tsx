import { useMemo, useState } from 'preact/hooks';
import { GitMerge } from 'lucide';

import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { RadioRows, Segmented } from '../../../web/ui/choice.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import type { File } from '../../files/protocol.ts';
import type { WholeNote } from '../protocol.ts';
import { conflictsIn, mergeFiles, mergeTexts, textOf } from '../rules/merge.ts';
import type { Choice, Segment } from '../rules/merge.ts';
import type { Begun } from '../state/drafts.ts';
import { strings } from '../strings/form.ts';
import { Difference } from './difference.tsx';
import '../notes.css';

/** What one person has written. */
export interface Written {
  readonly title: string;
  readonly text: string;
  readonly files: readonly File[];
}

interface MergeProps {
  base: Begun;
  mine: Written;
  theirs: WholeNote;
  busy: boolean;
  onSave: (merged: Written) => void;
  /** Goes on writing with what is put together so far. */
  onEdit: (merged: Written) => void;
}

/** Titles are short: where both changed it otherwise, one of them is chosen. */
function mergedTitle(base: string, mine: string, theirs: string): Segment {
  if (mine === theirs || theirs === base) return { kind: mine === base ? 'same' : 'mine', text: mine };
  if (mine === base) return { kind: 'theirs', text: theirs };
  return { kind: 'conflict', base, mine, theirs };
}

/**
 * Two people have written over the same version: what they wrote put together, who wrote what, and a choice at each place that both
 * changed. Nothing is decided silently, and both versions can be read whole.
 */
export function Merge({ base, mine, theirs, busy, onSave, onEdit }: MergeProps) {
  const title = useMemo(() => mergedTitle(base.title, mine.title, theirs.title), [base, mine, theirs]);
  const segments = useMemo(() => mergeTexts(base.text, mine.text, theirs.text), [base, mine, theirs]);
  const conflicts = conflictsIn(segments);
  const [choices, setChoices] = useState<readonly (Choice | undefined)[]>([]);
  const [titleChoice, setTitleChoice] = useState<'mine' | 'theirs'>();
  const [show, setShow] = useState<'proposal' | 'mine' | 'theirs'>('proposal');
  const who = displayName((theirs.edited?.by ?? theirs.maker).name);
  const titleOpen = title.kind === 'conflict' && titleChoice === undefined;
  const open = conflicts.filter((_it, at) => choices[at] === undefined).length + (titleOpen ? 1 : 0);
  const all = conflicts.length + (title.kind === 'conflict' ? 1 : 0);
  const files = new Map([...base.files, ...theirs.carries, ...mine.files].map((it) => [it.id, it]));
  const ids = (list: readonly File[]): string[] => list.map((it) => it.id);
  const merged = (): Written => ({
    title: title.kind === 'conflict' ? (titleChoice === 'mine' ? title.mine : title.theirs) : title.text,
    text: textOf(segments, choices),
    files: mergeFiles(ids(base.files), ids(mine.files), ids(theirs.carries)).map((id) => files.get(id)!),
  });
  const choose = (at: number, choice: Choice): void => {
    const next = conflicts.map((_it, i) => choices[i]);
    next[at] = choice;
    setChoices(next);
  };
  let seen = 0;
  return (
    <div class="note-merge">
      <div class="note-merge-help" role="status">
        <Icon of={GitMerge} size={24} />
        <div>
          <p>{strings('mergeHelp', { who, n: theirs.version })}</p>
          <p class="note-second">
            {all === 0 ? strings('noConflicts') : strings('conflicts', { n: all })}
            {all > 0 ? ` (${strings('chosen', { n: all - open, all })})` : ''}
          </p>
        </div>
      </div>
      <Segmented
        label={strings('sideBySide')}
        value={show}
        onChange={setShow}
        options={[
          { value: 'proposal', label: strings('proposal') },
          { value: 'mine', label: strings('mine') },
          { value: 'theirs', label: strings('theirsShort') },
        ]}
      />
      {show === 'proposal' ? (
        <div class="note-merged">
          {title.kind === 'conflict' ? (
            <Place
              name={strings('titlePlace')}
              who={who}
              mine={title.mine}
              theirs={title.theirs}
              choice={titleChoice}
              onChoose={(it) => setTitleChoice(it === 'mine' ? 'mine' : 'theirs')}
            />
          ) : (
            <p class="note-merged-title">{title.text}</p>
          )}
          <div class="note-merged-text">
            {segments.map((it, at) => {
              if (it.kind !== 'conflict') return <Stretch key={at} of={it} who={who} />;
              const mineAt = seen;
              seen += 1;
              return (
                <Place
                  key={at}
                  name={strings('place', { at: mineAt + 1, n: conflicts.length })}
                  who={who}
                  mine={it.mine}
                  theirs={it.theirs}
                  both
                  choice={choices[mineAt]}
                  onChoose={(choice) => choose(mineAt, choice)}
                />
              );
            })}
          </div>
        </div>
      ) : (
        <div class="note-merged">
          <p class="note-merged-title">{show === 'mine' ? mine.title : theirs.title}</p>
          <Difference before={base.text} after={show === 'mine' ? mine.text : theirs.text} />
        </div>
      )}
      <div class="note-merge-foot">
        <Button look="outline" onPress={() => onEdit(merged())}>
          {strings('editMerged')}
        </Button>
        <Button
          busy={busy}
          disabled={open > 0}
          reason={open > 0 ? strings('chooseFirst', { n: open }) : undefined}
          onPress={() => onSave(merged())}
        >
          {strings('saveMerged')}
        </Button>
      </div>
    </div>
  );
}

/** A stretch that needs no choice; whose it is, where one of them changed it. */
function Stretch({ of, who }: { of: Exclude<Segment, { kind: 'conflict' }>; who: string }) {
  if (of.kind === 'same') return <span>{of.text}</span>;
  const mine = of.kind !== 'theirs';
  return (
    <span class={mine ? 'note-mine' : 'note-theirs'}>
      <span class="unseen">{mine ? strings('addedMine') : strings('addedTheirs', { who })}</span>
      {of.text}
    </span>
  );
}

interface PlaceProps {
  name: string;
  who: string;
  mine: string;
  theirs: string;
  /** Both can be kept. */
  both?: boolean;
  choice: Choice | undefined;
  onChoose: (choice: Choice) => void;
}

function Place({ name, who, mine, theirs, both, choice, onChoose }: PlaceProps) {
  const shown = (text: string) => (
    <span class="note-place-text">{text.trim() === '' ? strings('removedHere') : text.trim()}</span>
  );
  return (
    <div class={`note-place${choice === undefined ? ' note-place-open' : ''}`}>
      <RadioRows<Choice>
        label={name}
        value={choice}
        onChange={onChoose}
        options={[
          { value: 'mine', label: strings('keepMine'), help: shown(mine) },
          { value: 'theirs', label: strings('keepTheirs', { who }), help: shown(theirs) },
          ...(both ? [{ value: 'both' as const, label: strings('both') }] : []),
        ]}
      />
    </div>
  );
}
