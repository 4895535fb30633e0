import { useEffect, useState } from 'preact/hooks';
import { Pencil } from 'lucide';

import type { OutputOf } from '../../../../protocol/action.ts';
import { newId } from '../../../../protocol/id.ts';
import { call } from '../../../../web/connection.ts';
import { formatDateTime } from '../../../../web/format.ts';
import { displayName } from '../../../../web/names.ts';
import { Button } from '../../../../web/ui/button.tsx';
import { TickBox } from '../../../../web/ui/choice.tsx';
import { Select, TextArea } from '../../../../web/ui/field.tsx';
import { Section } from '../../../../web/ui/rows.tsx';
import { Sheet } from '../../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../../web/ui/skeleton.tsx';
import { Tag } from '../../../../web/ui/tag.tsx';
import { showToast } from '../../../../web/ui/toast.tsx';
import { Trouble } from '../../../../web/ui/trouble.tsx';
import { isPhone } from '../../../../web/viewport.ts';
import { ownAccount } from '../../../accounts/view/administrator.ts';
import type { Ruleset, rulesetActions } from '../../protocol/ruleset.ts';
import { NOTE_MOST } from '../../rules.ts';
import { WEIGHTS } from '../../rules/ruleset.ts';
import type { Rule } from '../../rules/ruleset.ts';
import { secrecy } from '../../state.ts';
import { changesBetween, termsIn } from '../../state/rules-diff.ts';
import { ruleName, strings } from '../../strings/desk.ts';
import { Figures } from './figures.tsx';
import { refusalWords } from './trouble.ts';

type Got = OutputOf<(typeof rulesetActions)['ruleset.get']>;

const STATES = {
  proposed: 'statePropose',
  active: 'stateActive',
  replaced: 'stateReplaced',
  refused: 'stateRefused',
  withdrawn: 'stateWithdrawn',
} as const;

/** The rules in force, a change by two people, and all versions. */
export function Rules() {
  const [got, setGot] = useState<Got>();
  const [waits, setWaits] = useState<Got>();
  const [versions, setVersions] = useState<readonly Ruleset[]>();
  const [trouble, setTrouble] = useState<unknown>();
  const [edited, setEdited] = useState<readonly Rule[]>();
  const [terms, setTerms] = useState<string>();
  const [proposing, setProposing] = useState(false);
  const moved = secrecy.value?.moved.value ?? 0;
  async function load(): Promise<void> {
    setTrouble(undefined);
    try {
      const [now, all] = await Promise.all([call('ruleset.get', {}), call('ruleset.list', {})]);
      const open = all.versions.find((it) => it.state === 'proposed');
      const other = open ? await call('ruleset.get', { version: open.version }) : undefined;
      setGot(now);
      setVersions(all.versions);
      setWaits(other);
    } catch (error) {
      setTrouble(error);
    }
  }
  useEffect(() => void load(), [moved]);
  if (trouble !== undefined && !got) return <Trouble error={trouble} onRetry={() => void load()} />;
  if (!got) return <Skeleton kind="setting" rows={8} />;
  const rules = edited ?? got.rules.rules;
  const change = (id: string, next: Partial<Rule>): void =>
    setEdited(rules.map((it) => (it.id === id ? { ...it, ...next } : it)));
  const open = rules.find((it) => it.id === terms);
  return (
    <>
      {waits ? <Proposal active={got} waits={waits} onDone={() => void load()} /> : null}
      <div class="desk-bar">
        <p class="guard-row-title">{strings('active', { n: got.ruleset.version })}</p>
        {edited ? (
          <>
            <Button look="text" size="small" onPress={() => setEdited(undefined)}>
              {strings('cancel')}
            </Button>
            <Button
              size="small"
              reason={changesBetween(got.rules.rules, edited).length === 0 ? strings('same') : undefined}
              onPress={() => setProposing(true)}
            >
              {strings('propose')}
            </Button>
          </>
        ) : (
          <Button
            look="outline"
            size="small"
            icon={Pencil}
            reason={waits ? strings('anotherWaits') : undefined}
            onPress={() => setEdited(got.rules.rules)}
          >
            {strings('change')}
          </Button>
        )}
      </div>
      <p class="guard-help">{strings('weightHelp')}</p>
      <RulesTable rules={rules} onChange={edited ? change : undefined} onTerms={setTerms} />
      <Figures />
      <Section title={strings('history')}>
        <ul class="guard-rows">
          {(versions ?? []).map((it) => (
            <li key={it.version} class="guard-row">
              <div class="guard-row-words">
                <span class="guard-row-title">
                  {strings('versionN', { n: it.version })}
                  <Tag tone={it.state === 'active' ? 'accent' : it.state === 'proposed' ? 'gold' : 'soft'}>
                    {strings(STATES[it.state])}
                  </Tag>
                </span>
                <span>
                  {it.proposedBy && it.proposedAt !== null
                    ? `${displayName(it.proposedBy.name)} · ${formatDateTime(it.proposedAt)}`
                    : strings('builtIn')}
                  {it.decidedBy && it.decidedAt !== null
                    ? ` → ${displayName(it.decidedBy.name)} · ${formatDateTime(it.decidedAt)}`
                    : ''}
                </span>
                {it.reason === '' ? null : <span>{it.reason}</span>}
                {it.note === '' ? null : <span>{it.note}</span>}
              </div>
            </li>
          ))}
        </ul>
      </Section>
      {open ? (
        <TermsSheet
          key={open.id}
          rule={open}
          onChange={edited ? (list) => change(open.id, { terms: list }) : undefined}
          onClose={() => setTerms(undefined)}
        />
      ) : null}
      {proposing && edited ? (
        <ProposeSheet
          before={got.rules.rules}
          after={edited}
          onDone={() => {
            setProposing(false);
            setEdited(undefined);
            void load();
          }}
          onClose={() => setProposing(false)}
        />
      ) : null}
    </>
  );
}

interface RulesTableProps {
  rules: readonly Rule[];
  /** While a change is written. */
  onChange?: (id: string, next: Partial<Rule>) => void;
  onTerms: (id: string) => void;
}

/** A table where there is room for one; on a phone each rule is a row. */
function RulesTable({ rules, onChange, onTerms }: RulesTableProps) {
  const isOn = (it: Rule) =>
    onChange ? (
      <TickBox
        checked={it.on}
        label={`${ruleName(it.id)}: ${strings('on')}`}
        onChange={(on) => onChange(it.id, { on })}
      />
    ) : (
      <Tag tone={it.on ? 'accent' : 'soft'}>{strings(it.on ? 'on' : 'off')}</Tag>
    );
  const weight = (it: Rule) =>
    onChange ? (
      <Select
        label={`${ruleName(it.id)}: ${strings('weight')}`}
        hideLabel
        value={it.weight}
        onChange={(next) => onChange(it.id, { weight: next })}
        options={WEIGHTS.map((value) => ({ value, label: strings(value) }))}
      />
    ) : (
      strings(it.weight)
    );
  const terms = (it: Rule) =>
    it.terms.length === 0 && !onChange ? (
      <span class="desk-nowrap">{strings('noTerms')}</span>
    ) : (
      <Button
        look="text"
        size="small"
        label={`${strings('termsOf', { rule: ruleName(it.id) })}, ${strings('termsN', { n: it.terms.length })}`}
        onPress={() => onTerms(it.id)}
      >
        <span class="desk-nowrap">{strings('termsN', { n: it.terms.length })}</span>
      </Button>
    );
  if (isPhone.value)
    return (
      <ul class="guard-rows" aria-label={strings('rules')}>
        {rules.map((it) => (
          <li key={it.id} class="guard-row">
            <div class="guard-row-words">
              <span class="guard-row-title">{ruleName(it.id)}</span>
              <code class="desk-code">{it.id}</code>
            </div>
            <div class="desk-rule-acts">
              {isOn(it)}
              {weight(it)}
              {terms(it)}
            </div>
          </li>
        ))}
      </ul>
    );
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <div class="desk-scroll" role="region" aria-label={strings('rules')} tabIndex={0}>
      <table class="desk-table">
        <thead>
          <tr>
            <th scope="col">{strings('rule')}</th>
            <th scope="col">{strings('on')}</th>
            <th scope="col">{strings('weight')}</th>
            <th scope="col">{strings('terms')}</th>
          </tr>
        </thead>
        <tbody>
          {rules.map((it) => (
            <tr key={it.id}>
              <th scope="row">
                {ruleName(it.id)}
                <code class="desk-code">{it.id}</code>
              </th>
              <td>{isOn(it)}</td>
              <td>{weight(it)}</td>
              <td>{terms(it)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** cũ → mới, rule by rule. */
function Difference({ before, after }: { before: readonly Rule[]; after: readonly Rule[] }) {
  const word = (on: boolean): string => strings(on ? 'on' : 'off');
  return (
    <ul class="desk-diff" aria-label={strings('diff')}>
      {changesBetween(before, after).map((it) => (
        <li key={it.id}>
          <strong>{ruleName(it.id)}</strong> <code class="desk-code">{it.id}</code>
          {it.on ? (
            <p>
              {word(it.on[0])} → {word(it.on[1])}
            </p>
          ) : null}
          {it.weight ? (
            <p>
              {strings('weight')}: {strings(it.weight[0])} → {strings(it.weight[1])}
            </p>
          ) : null}
          {it.added.length > 0 ? (
            <p>
              <ins>+ {it.added.join(', ')}</ins>
            </p>
          ) : null}
          {it.dropped.length > 0 ? (
            <p>
              <del>− {it.dropped.join(', ')}</del>
            </p>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function Proposal({ active, waits, onDone }: { active: Got; waits: Got; onDone: () => void }) {
  const [busy, setBusy] = useState<string>();
  const { version, proposedBy, reason } = waits.ruleset;
  const own = proposedBy?.id === ownAccount();
  const run = async (name: string, act: () => Promise<unknown>, said: string): Promise<void> => {
    setBusy(name);
    try {
      await act();
      showToast(said);
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
    } finally {
      setBusy(undefined);
      onDone();
    }
  };
  return (
    <section class="desk-proposal" aria-labelledby="desk-proposal">
      <h2 class="guard-row-title" id="desk-proposal">
        {own
          ? strings('waitsSecond', { n: version })
          : strings('waitsYou', { who: displayName(proposedBy?.name ?? ''), n: version })}
      </h2>
      <p>
        {strings('reason')}: {reason}
      </p>
      <Difference before={active.rules.rules} after={waits.rules.rules} />
      <p class="desk-bar">
        {own ? (
          <Button
            look="outline"
            size="small"
            busy={busy === 'withdraw'}
            onPress={() =>
              void run(
                'withdraw',
                () => call('ruleset.withdraw', { version }, { id: newId() }),
                strings('withdrawnToast'),
              )
            }
          >
            {strings('withdraw')}
          </Button>
        ) : (
          <>
            <Button
              look="outline"
              size="small"
              busy={busy === 'refuse'}
              onPress={() =>
                void run('refuse', () => call('ruleset.refuse', { version }, { id: newId() }), strings('refusedToast'))
              }
            >
              {strings('refuse')}
            </Button>
            <Button
              size="small"
              busy={busy === 'approve'}
              onPress={() =>
                void run('approve', () => call('ruleset.approve', { version }, { id: newId() }), strings('approved'))
              }
            >
              {strings('approve')}
            </Button>
          </>
        )}
      </p>
    </section>
  );
}

interface TermsSheetProps {
  rule: Rule;
  onChange?: (terms: string[]) => void;
  onClose: () => void;
}

function TermsSheet({ rule, onChange, onClose }: TermsSheetProps) {
  const [text, setText] = useState(rule.terms.join('\n'));
  return (
    <Sheet
      title={strings('termsOf', { rule: ruleName(rule.id) })}
      size="medium"
      onClose={onClose}
      foot={
        onChange ? (
          <Button
            wide
            onPress={() => {
              onChange(termsIn(text));
              onClose();
            }}
          >
            {strings('done')}
          </Button>
        ) : undefined
      }
    >
      {onChange ? (
        <TextArea label={strings('terms')} help={strings('termsHelp')} value={text} onInput={setText} />
      ) : (
        <ul class="desk-terms">
          {rule.terms.map((it) => (
            <li key={it}>{it}</li>
          ))}
        </ul>
      )}
    </Sheet>
  );
}

interface ProposeProps {
  before: readonly Rule[];
  after: readonly Rule[];
  onDone: () => void;
  onClose: () => void;
}

function ProposeSheet({ before, after, onDone, onClose }: ProposeProps) {
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [id] = useState(() => newId());
  const send = async (): Promise<void> => {
    if (reason.trim().length < 5) return setError(strings('reasonShort'));
    setBusy(true);
    try {
      const rules = after.map((it) => ({ ...it, terms: [...it.terms] }));
      await call('ruleset.propose', { rules, reason: reason.trim() }, { id });
      showToast(strings('proposed'));
      onDone();
    } catch (caught) {
      setError(refusalWords(caught));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Sheet
      title={strings('change')}
      size="medium"
      onClose={onClose}
      foot={
        <Button wide busy={busy} onPress={() => void send()}>
          {strings('propose')}
        </Button>
      }
    >
      <Difference before={before} after={after} />
      <TextArea
        label={strings('reason')}
        value={reason}
        maxLength={NOTE_MOST}
        error={error}
        onInput={(text) => {
          setReason(text);
          setError(undefined);
        }}
      />
    </Sheet>
  );
}
