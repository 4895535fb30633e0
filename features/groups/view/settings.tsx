import { useEffect, useState } from 'preact/hooks';
import { Archive, ArchiveRestore, ChevronDown, KeyRound, Pencil, Trash2, Undo2, UserCheck, UsersRound } from 'lucide';

import { connection } from '../../../web/connection.ts';
import { formatDate, formatSpan } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Button } from '../../../web/ui/button.tsx';
import { RadioRows, SwitchRow } from '../../../web/ui/choice.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Section, SettingRow } from '../../../web/ui/rows.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, Gone } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { JoiningRows } from '../../links/view/settings.tsx';
import { MemberPick } from '../../members/view/pick.tsx';
import { RequestsRow } from '../../requests/view/row.tsx';
import { holdersOf, placeOf, SETTABLE_RIGHTS } from '../rights.ts';
import type { History, SettableRight } from '../rights.ts';
import { SLOW_CHOICES } from '../rules.ts';
import type { Groups } from '../state.ts';
import type { Governing } from '../state/wishes.ts';
import { strings } from '../strings/governing.ts';
import { EditGroup } from './edit.tsx';
import { historyWords } from './history-words.ts';
import { refusalWords } from './refusals.ts';
import { exceptedFrom, RightSheet } from './right.tsx';
import { rightLabel } from './right-words.ts';
import { TransferSheet } from './transfer.tsx';
import { useGroups } from './use-groups.ts';
import './groups.css';

const SHOWN = SETTABLE_RIGHTS.filter((it) => placeOf(it) !== undefined);
/** Rows before “n quyền khác”; with no more than these nothing is folded away. */
const FIRST_MOST = 7;

/** Cài đặt nhóm: everybody sees it, leaders change it. Saved at once. */
export function GroupSettingsScreen({ params }: ScreenProps) {
  const group = params['group'] ?? '';
  const state = useGroups();
  const chat = state?.chat(group);
  return (
    <Page title={strings('settings')} nested backTo={`/chats/${group}/options`} scrollName={`settings ${group}`}>
      {state && chat && chat.kind !== 'pair' ? (
        <GroupSettings key={group} state={state} chat={chat} />
      ) : state?.chats.known.value ? (
        <Gone home="/chats" />
      ) : (
        <Skeleton kind="setting" />
      )}
    </Page>
  );
}

type Open = 'edit' | 'transfer' | 'slow' | 'history' | 'approver' | { right: SettableRight };

function GroupSettings({ state, chat }: { state: Groups; chat: Chat }) {
  const { group } = chat;
  const [open, setOpen] = useState<Open>();
  const [more, setMore] = useState(false);
  const online = state.online;
  const details = state.get(group);
  const { settings, approval } = state.governed(chat);
  const governs = chat.rights.includes('group.govern');
  const has = (right: string): boolean => chat.rights.includes(right);
  const close = (): void => setOpen(undefined);

  useEffect(() => {
    if (online) state.fetch(group).catch(() => undefined);
  }, [group, online]);

  async function change(wish: Governing): Promise<boolean> {
    try {
      const undo = await state.govern(chat, wish);
      showToast({ words: strings('changed'), onAction: () => void attempt(() => state.govern(chat, undo)) });
      return true;
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
      return false;
    }
  }

  const first = SHOWN.filter((it) => placeOf(it) === 'first');
  const rest = SHOWN.filter((it) => placeOf(it) === 'more');
  const folds = SHOWN.length > FIRST_MOST && !more;

  return (
    <>
      <StateNote chat={chat} />
      {governs || chat.state !== 'open' ? null : <p class="settings-note">{strings('mayOnlySee')}</p>}
      <Section>
        {has('group.change') ? (
          <SettingRow icon={Pencil} label={strings('edit')} onPress={() => setOpen('edit')} />
        ) : null}
        <RequestsRow chat={chat} />
        {has('member.list') ? (
          <SettingRow
            icon={UsersRound}
            label={strings(has('member.restrict') ? 'manage' : 'see')}
            value={chat.members}
            href={`/chats/${group}/members`}
          />
        ) : null}
        {has('group.transfer') ? (
          <SettingRow
            icon={KeyRound}
            label={strings('transfer')}
            help={chat.transfer ? strings('waitingFor', { name: displayName(chat.transfer.toName) }) : undefined}
            onPress={() => setOpen('transfer')}
          />
        ) : null}
      </Section>
      <Section title={strings('mayTitle')}>
        {(folds ? first : [...first, ...rest]).map((right) => (
          <RightRow
            key={right}
            state={state}
            chat={chat}
            right={right}
            onPress={governs ? () => setOpen({ right }) : undefined}
          />
        ))}
        {folds ? (
          <div class="settings-more">
            <Button look="text" size="small" iconAfter={ChevronDown} expanded={false} onPress={() => setMore(true)}>
              {strings('more', { n: rest.length })}
            </Button>
          </div>
        ) : null}
      </Section>
      <Section title={strings('membersTitle')}>
        <SwitchRow
          label={strings('approval')}
          help={strings('approvalHelp')}
          checked={approval}
          disabled={!governs}
          onChange={(on) => change({ approval: on })}
        />
        <SettingRow
          label={strings('approver')}
          value={details?.approver ? displayName(details.approverName) : strings('approverNone')}
          onPress={governs ? () => setOpen('approver') : undefined}
        />
        <SwitchRow
          label={strings('marking')}
          checked={settings.marking}
          disabled={!governs}
          onChange={(on) => change({ marking: on })}
        />
        <SwitchRow
          label={strings('announcing')}
          help={strings('announcingHelp')}
          checked={settings.announcing}
          disabled={!governs}
          onChange={(on) => change({ announcing: on })}
        />
        <SettingRow
          label={strings('history')}
          value={historyWords(settings.history)}
          onPress={governs ? () => setOpen('history') : undefined}
        />
        <JoiningRows settings={settings} governs={governs} onChange={(wish) => void change(wish)} />
        <SwitchRow
          label={strings('records')}
          help={strings('recordsHelp')}
          checked={settings.records}
          disabled={!governs}
          onChange={(on) => change({ records: on })}
        />
        <SettingRow
          label={strings('slow')}
          value={slowWords(settings.slow)}
          onPress={governs ? () => setOpen('slow') : undefined}
        />
      </Section>
      <Ends chat={chat} state={state} />
      {open === 'edit' ? <EditGroup state={state} chat={chat} onClose={close} /> : null}
      {open === 'transfer' ? <TransferSheet state={state} chat={chat} onClose={close} /> : null}
      {open === 'approver' ? <ApproverSheet state={state} chat={chat} onClose={close} /> : null}
      {open === 'slow' ? (
        <SlowSheet value={settings.slow} onChange={(slow) => void change({ slow })} onClose={close} />
      ) : null}
      {open === 'history' ? (
        <HistorySheet value={settings.history} onChange={(history) => void change({ history })} onClose={close} />
      ) : null}
      {typeof open === 'object' ? (
        <RightSheet
          state={state}
          chat={chat}
          right={open.right}
          onChange={(wish) => void change(wish)}
          onClose={close}
        />
      ) : null}
    </>
  );
}

/** That the group is frozen, and how long it is still there. */
function StateNote({ chat }: { chat: Chat }) {
  if (chat.state === 'open') return null;
  const left = ((chat.dissolvesAt ?? 0) - connection().now()) / 1_000;
  return (
    <p class="settings-note settings-frozen">
      {chat.state === 'archived'
        ? strings('archivedNow')
        : strings('dissolvingNow', { time: formatSpan(Math.max(60, Math.ceil(left / 60) * 60)) })}
    </p>
  );
}

interface RightRowProps {
  state: Groups;
  chat: Chat;
  right: SettableRight;
  onPress: (() => void) | undefined;
}

function RightRow({ state, chat, right, onPress }: RightRowProps) {
  const { settings } = state.governed(chat);
  const holders = holdersOf({ kind: chat.kind, settings }, right);
  const people = exceptedFrom(state, chat, right);
  const denied = people.filter((it) => it.rule?.allowed === false).length;
  const allowed = people.length - denied;
  const who = strings(holders);
  const value =
    denied > 0
      ? strings('allExcept', { who, n: denied })
      : allowed > 0 && holders !== 'all'
        ? strings('andMore', { who, n: allowed })
        : who;
  return (
    <SettingRow
      label={rightLabel(right)}
      value={value}
      valueTone={holders === 'all' ? 'plain' : 'gold'}
      onPress={onPress}
    />
  );
}

/** “Tắt”, “30 giây” */
function slowWords(seconds: number): string {
  return seconds === 0 ? strings('off') : formatSpan(seconds);
}

interface SlowProps {
  value: number;
  onChange: (slow: (typeof SLOW_CHOICES)[number]) => void;
  onClose: () => void;
}

function SlowSheet({ value, onChange, onClose }: SlowProps) {
  return (
    <Sheet title={strings('slow')} size="small" onClose={onClose}>
      <p>{strings('slowHelp')}</p>
      <RadioRows
        label={strings('slow')}
        hideLabel
        value={String(value)}
        onChange={(it) => onChange(SLOW_CHOICES.find((one) => String(one) === it) ?? 0)}
        options={SLOW_CHOICES.map((it) => ({ value: String(it), label: slowWords(it) }))}
      />
    </Sheet>
  );
}

/** Days the screen offers; what a script has set besides stands among them. */
const HISTORY_DAYS = [1, 7, 30, 90];

interface HistoryProps {
  value: History;
  onChange: (history: History) => void;
  onClose: () => void;
}

function HistorySheet({ value, onChange, onClose }: HistoryProps) {
  const days = [...new Set([...HISTORY_DAYS, ...(typeof value === 'number' ? [value] : [])])].sort((a, b) => a - b);
  const choices: readonly History[] = ['none', 'joining', ...days, 'all'];
  return (
    <Sheet title={strings('historyTitle')} size="small" onClose={onClose}>
      <p>{strings('historyHelp')}</p>
      <RadioRows
        label={strings('historyTitle')}
        hideLabel
        value={String(value)}
        onChange={(it) => onChange(choices.find((one) => String(one) === it) ?? 'none')}
        options={choices.map((it) => ({
          value: String(it),
          label: historyWords(it),
          ...(it === 'none' || it === 'joining'
            ? { help: strings(it === 'none' ? 'historyNoneHelp' : 'historyJoiningHelp') }
            : {}),
        }))}
      />
    </Sheet>
  );
}

function ApproverSheet({ state, chat, onClose }: { state: Groups; chat: Chat; onClose: () => void }) {
  const name = async (approver: string | null): Promise<void> => {
    onClose();
    if (await attempt(() => state.call('group.govern', { group: chat.group, approver }))) {
      showToast(strings('changed'));
    }
  };
  return (
    <Sheet
      title={strings('approver')}
      full
      flush
      class="group-list-sheet"
      onClose={onClose}
      foot={
        <Button look="outline" icon={UserCheck} onPress={() => void name(null)}>
          {strings('nobodyElse')}
        </Button>
      }
    >
      <MemberPick
        state={state}
        group={chat.group}
        label={strings('approver')}
        offers={(it) => it.active && it.role !== 'reader'}
        chosen={state.get(chat.group)?.approver ?? undefined}
        onChoose={(it) => void name(it.account)}
      />
    </Sheet>
  );
}

/** Lưu trữ, giải tán: and back. */
function Ends({ state, chat }: { state: Groups; chat: Chat }) {
  const { group } = chat;
  const name = displayName(chat.name);
  const archives = chat.rights.includes('group.archive');
  const dissolves = chat.rights.includes('group.dissolve');
  if (!archives && !dissolves) return null;

  async function archive(on: boolean): Promise<void> {
    const sure =
      !on ||
      (await confirm({
        title: strings('archiveTitle', { name }),
        text: strings('archiveText'),
        yes: strings('archive'),
      }));
    if (sure && (await attempt(() => state.call('group.archive', { group, on })))) {
      showToast(strings(on ? 'archived' : 'reopened'));
    }
  }

  async function dissolve(): Promise<void> {
    const sure = await confirm({
      title: strings('dissolveTitle', { name }),
      text: strings('dissolveText', { n: chat.members }),
      yes: strings('dissolve'),
      danger: true,
      typeToConfirm: { label: strings('dissolveType'), word: name },
    });
    if (!sure || !(await attempt(() => state.call('group.dissolve', { group })))) return;
    showToast({ words: strings('dissolving'), onAction: () => void keep() });
  }

  async function keep(): Promise<void> {
    if (await attempt(() => state.call('group.keep', { group }))) showToast(strings('kept'));
  }

  return (
    <Section>
      {archives && chat.state === 'open' ? (
        <SettingRow
          icon={Archive}
          label={strings('archive')}
          help={strings('archiveHelp')}
          onPress={() => void archive(true)}
        />
      ) : null}
      {archives && chat.state === 'archived' ? (
        <SettingRow icon={ArchiveRestore} label={strings('reopen')} onPress={() => void archive(false)} />
      ) : null}
      {dissolves && chat.state !== 'dissolving' ? (
        <SettingRow icon={Trash2} tone="red" label={strings('dissolve')} onPress={() => void dissolve()} />
      ) : null}
      {dissolves && chat.state === 'dissolving' ? (
        <SettingRow icon={Undo2} label={strings('keep')} onPress={() => void keep()} />
      ) : null}
    </Section>
  );
}

/** Does it, or says why not. */
async function attempt(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    showToast({ words: refusalWords(error), icon: null });
    return false;
  }
}

interface Renaming {
  readonly from: string;
  readonly to: string;
  readonly by: { account: string; name: string } | null;
  readonly at: number;
}

/** Lịch sử đổi tên: who, when, from and to. */
export function NameHistoryScreen({ params }: ScreenProps) {
  const group = params['group'] ?? '';
  const state = useGroups();
  const chat = state?.chat(group);
  const name = chat?.name;
  const [names, setNames] = useState<readonly Renaming[]>();
  const [error, setError] = useState<unknown>();
  const [attempts, setAttempts] = useState(0);
  useEffect(() => {
    let here = true;
    state?.call('group.names', { group }).then(
      (it) => here && setNames(it.names),
      (reason: unknown) => here && setError(reason),
    );
    return () => {
      here = false;
    };
  }, [state, group, name, attempts]);
  return (
    <Page title={strings('names')} nested backTo={`/chats/${group}/options`}>
      {error !== undefined ? (
        <Trouble
          error={error}
          onRetry={() => {
            setError(undefined);
            setAttempts((n) => n + 1);
          }}
        />
      ) : !names ? (
        <Skeleton kind="setting" rows={4} />
      ) : names.length === 0 ? (
        <EmptyState icon={Pencil} title={strings('namesEmpty')} />
      ) : (
        // It scrolls and nothing in it takes the focus.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <ol class="name-history" tabIndex={0} aria-label={strings('names')}>
          {names.map((it) => (
            <li key={it.at} class="name-change">
              <span class="name-change-to">{displayName(it.to)}</span>
              <span class="name-change-from">{strings('nameFrom', { name: displayName(it.from) })}</span>
              <span class="name-change-by">
                {strings('nameBy', { who: displayName(it.by?.name ?? ''), time: formatDate(it.at) })}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Page>
  );
}
