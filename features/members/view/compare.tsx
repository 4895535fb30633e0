import { useRef, useState } from 'preact/hooks';
import { CircleCheck, Download, FileInput, FileSpreadsheet, UserRoundCheck, UserRoundPlus, UserRoundX } from 'lucide';

import { csvOf } from '../../../protocol/csv.ts';
import { Problem } from '../../../protocol/problem.ts';
import { call } from '../../../web/connection.ts';
import { asBase64, download } from '../../../web/download.ts';
import { displayName } from '../../../web/names.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { Chip, Chips } from '../../../web/ui/chip.tsx';
import { CheckboxRow, TickBox } from '../../../web/ui/choice.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { DropZone } from '../../../web/ui/drop-zone.tsx';
import { TextArea } from '../../../web/ui/field.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Spinner } from '../../../web/ui/progress.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, Gone } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { VirtualList } from '../../../web/ui/virtual-list.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { fileRefusal } from '../../directory/view/file-refusal.ts';
import { canDecideAbout } from '../../groups/rights.ts';
import { Refusal } from '../../groups/view/refusal.tsx';
import { refusalWords } from '../../groups/view/refusals.ts';
import { useGroups } from '../../groups/view/use-groups.ts';
import type { GroupsView } from '../../groups/view/use-groups.ts';
import { photoPath } from '../../photos/rules.ts';
import { COMPARED_MOST, LINE_MOST, LIST_BYTES_MOST } from '../rules.ts';
import { countsOf, phoneWords, reasonWords, tableOf, tabOf, without } from '../state/compared.ts';
import type { Compared, Extra, Listed, Tab } from '../state/compared.ts';
import { strings } from '../strings/bulk.ts';
import { mayCompare } from './bulk-menu.tsx';
import { RoleTag } from './list.tsx';
import { PartsProgress, saidOf, useParts } from './parts.tsx';
import { RemoveSheet } from './remove.tsx';
import '../members.css';

/** 5 MB on an office line, and the reading of it. */
const TIMEOUT_MS = 90_000;
/** People added in one act, so that the progress is seen. */
const ADDED_PART = 300;
const TABS = ['add', 'extra', 'both', 'look'] as const satisfies Tab[];

/** Đối chiếu danh sách: a list of the office held against the members; nothing is done until somebody is ticked and it is confirmed. */
export function CompareScreen({ params }: ScreenProps) {
  const state = useGroups();
  const group = params['group'] ?? '';
  const chat = state?.chat(group);
  if (!state) {
    return (
      <Page title={strings('compare')} nested>
        <Skeleton kind="person" />
      </Page>
    );
  }
  if (!chat || chat.kind === 'pair') {
    return (
      <Page title={strings('compare')} nested backTo={`/chats/${group}`}>
        <Gone home="/chats" />
      </Page>
    );
  }
  if (!mayCompare(chat)) {
    return (
      <Page title={strings('compare')} nested backTo={`/chats/${group}/members`}>
        <EmptyState icon={FileSpreadsheet} title={strings('leadersOnly')} />
      </Page>
    );
  }
  return <Compare key={group} state={state} chat={chat} />;
}

function Compare({ state, chat }: { state: GroupsView; chat: Chat }) {
  const { group } = chat;
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const [compared, setCompared] = useState<Compared>();

  async function compare(input: { file: string } | { lines: string[] }): Promise<void> {
    setBusy(true);
    setRefusal(undefined);
    try {
      setCompared(await call('member.compare', { group, ...input }, { door: 'http', timeoutMs: TIMEOUT_MS }));
    } catch (error) {
      setRefusal(whyNot(error));
    } finally {
      setBusy(false);
    }
  }

  async function take(file: File | undefined): Promise<void> {
    if (!file) return;
    if (file.size > LIST_BYTES_MOST) return setRefusal(strings('tooMuch'));
    await compare({ file: await asBase64(file) });
  }

  async function takeText(): Promise<void> {
    const lines = text.split(/\r?\n/).map((it) => it.trim().slice(0, LINE_MOST));
    while (lines.at(-1) === '') lines.pop();
    if (lines.length === 0) return setRefusal(strings('pasteEmpty'));
    if (lines.length > COMPARED_MOST) return setRefusal(strings('tooMuch'));
    await compare({ lines });
  }

  if (compared && !busy) {
    return (
      <Result
        state={state}
        chat={chat}
        compared={compared}
        onChange={setCompared}
        onOther={() => setCompared(undefined)}
      />
    );
  }
  return (
    <Page
      title={strings('compare')}
      subtitle={displayName(chat.name)}
      nested
      backTo={`/chats/${group}/members`}
      foot={
        busy ? undefined : (
          <Button disabled={text.trim() === ''} onPress={() => void takeText()}>
            {strings('compareNow')}
          </Button>
        )
      }
    >
      {busy ? (
        <div class="compare-wait" role="status">
          <Spinner size={32} />
          <p>{strings('comparing')}</p>
        </div>
      ) : (
        <Choose
          text={text}
          onText={(it) => {
            setText(it);
            setRefusal(undefined);
          }}
          refusal={refusal}
          onFile={(file) => void take(file)}
        />
      )}
    </Page>
  );
}

interface ChooseProps {
  text: string;
  onText: (text: string) => void;
  refusal: string | undefined;
  onFile: (file: File | undefined) => void;
}

function Choose({ text, onText, refusal, onFile }: ChooseProps) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <div class="compare-choose">
      <p>{strings('compareIntro')}</p>
      <Refusal words={refusal} />
      <input
        ref={picker}
        type="file"
        class="unseen"
        tabIndex={-1}
        aria-hidden="true"
        accept=".xlsx,.csv,.txt,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        onChange={(event) => {
          onFile(event.currentTarget.files?.[0]);
          event.currentTarget.value = '';
        }}
      />
      <DropZone onDrop={onFile}>
        <Button look="soft" icon={FileSpreadsheet} onPress={() => picker.current?.click()}>
          {strings('chooseFile')}
        </Button>
        <p class="compare-help">{strings('fileHelp')}</p>
      </DropZone>
      <TextArea
        label={strings('paste')}
        help={strings('pasteHelp')}
        value={text}
        onInput={onText}
        rows={5}
        maxRows={14}
      />
    </div>
  );
}

interface ResultProps {
  state: GroupsView;
  chat: Chat;
  compared: Compared;
  onChange: (compared: Compared) => void;
  onOther: () => void;
}

const NOTHING = {
  add: { words: 'noAdd', icon: UserRoundCheck },
  extra: { words: 'noExtra', icon: UserRoundCheck },
  both: { words: 'noBoth', icon: UserRoundPlus },
  look: { words: 'noLook', icon: CircleCheck },
} as const;

function Result({ state, chat, compared, onChange, onOther }: ResultProps) {
  const counts = countsOf(compared);
  const [tab, setTab] = useState<Tab>(() => TABS.find((it) => counts[it] > 0) ?? 'both');
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [removing, setRemoving] = useState(false);
  const nameOf = (account: string): string | undefined =>
    compared.listed.find((it) => it.person?.account === account)?.person?.name;
  const view = useParts(nameOf, ADDED_PART);
  const adds = chat.rights.includes('member.add');
  const removes = chat.rights.includes('member.remove');
  const mayGo = (it: Extra): boolean => removes && it.account !== state.account && canDecideAbout(chat.role, it.role);

  const lines = compared.listed.filter((it) => tabOf(it) === tab);
  const free =
    tab === 'add'
      ? adds
        ? lines.flatMap((it) => it.person?.account ?? [])
        : []
      : tab === 'extra'
        ? compared.extra.filter(mayGo).map((it) => it.account)
        : [];
  const wanted = free.filter((it) => ticked.has(it));
  const n = wanted.length;

  const tick = (accounts: readonly string[], on: boolean): void => {
    const next = new Set(ticked);
    for (const it of accounts) {
      if (on) next.add(it);
      else next.delete(it);
    }
    setTicked(next);
  };

  async function add(): Promise<void> {
    const question = { title: strings('addConfirm', { n }), text: strings('addConfirmText'), yes: strings('addYes') };
    if (!(await confirm(question))) return;
    const told = { added: new Set<string>(), waiting: 0, asked: 0, out: [] as string[] };
    const outcome = await view.run(wanted, 'add', async (accounts, id) => {
      const answer = await state.call('member.add', { group: chat.group, accounts }, { id });
      for (const it of [...answer.added, ...answer.already]) told.added.add(it);
      told.waiting += answer.waiting.length;
      told.asked += answer.asked.length;
      told.out.push(...[...answer.blocked, ...answer.unwilling].map((it) => displayName(it.name)));
      return answer.added.length;
    });
    onChange(without(compared, { added: told.added }));
    if (!outcome) return;
    setTicked(new Set());
    const said = [
      outcome.done > 0 ? strings('added', { n: outcome.done }) : '',
      told.waiting > 0 ? strings('waiting', { n: told.waiting }) : '',
      told.asked > 0 ? strings('asked', { n: told.asked }) : '',
      told.out.length > 0 ? strings('leftOut', { names: told.out.join(', ') }) : '',
    ]
      .filter(Boolean)
      .join(', ');
    showToast(saidOf(said === '' ? strings('nobodyNew') : sentence(said), outcome));
  }

  const save = (): void => {
    const day = new Date().toISOString().slice(0, 10);
    download(`${strings('fileName')}-${day}.csv`, csvOf(tableOf(compared)), 'text/csv;charset=utf-8');
  };

  const items: readonly (Listed | Extra)[] = tab === 'extra' ? compared.extra : lines;
  const empty = NOTHING[tab];
  return (
    <Page
      title={strings('compare')}
      subtitle={strings('resultOf', { rows: compared.listed.length, members: compared.members })}
      nested
      backTo={`/chats/${chat.group}/members`}
      onBack={onOther}
      scrolls={false}
      class="compare"
      actions={<IconButton icon={FileInput} label={strings('other')} onPress={onOther} />}
      head={
        <>
          <Chips label={strings('results')}>
            {TABS.map((it) => (
              <Chip key={it} on={tab === it} onPress={() => setTab(it)} count={counts[it]}>
                {strings(it)}
              </Chip>
            ))}
          </Chips>
          {items.length > 0 ? <p class="compare-help">{strings(`${tab}Help`)}</p> : null}
          {free.length > 0 ? (
            <div class="manage-all">
              <CheckboxRow
                label={strings('chooseAll', { n: free.length })}
                checked={n === free.length}
                mixed={n > 0 && n < free.length}
                disabled={view.busy}
                onChange={(on) => tick(free, on)}
              />
            </div>
          ) : null}
        </>
      }
      foot={
        <div class="manage-foot">
          <Refusal words={view.refusal} />
          <PartsProgress view={view} most={ADDED_PART} />
          <div class="manage-acts">
            <Button look="outline" size="medium" icon={Download} onPress={save}>
              {strings('save')}
            </Button>
          </div>
          {tab === 'add' && n > 0 ? (
            <Button size="medium" icon={UserRoundPlus} busy={view.busy} onPress={() => void add()}>
              {view.begun ? strings('goOn') : strings('addPeople', { n })}
            </Button>
          ) : null}
          {tab === 'extra' && n > 0 ? (
            <Button look="danger" size="medium" icon={UserRoundX} onPress={() => setRemoving(true)}>
              {strings('removePeople', { n })}
            </Button>
          ) : null}
        </div>
      }
    >
      {items.length > 0 ? (
        <VirtualList
          key={tab}
          items={items}
          keyOf={(it) => ('result' in it ? String(it.line) : it.account)}
          label={strings(tab)}
          estimate={60}
        >
          {(it) =>
            'result' in it ? (
              <ListedRow
                it={it}
                on={it.person !== null && ticked.has(it.person.account)}
                onTick={
                  it.result === 'add' && it.person && adds && !view.busy
                    ? (on) => tick([it.person!.account], on)
                    : undefined
                }
              />
            ) : (
              <ExtraRow
                it={it}
                may={mayGo(it)}
                on={ticked.has(it.account)}
                onTick={removes ? (on) => tick([it.account], on) : undefined}
              />
            )
          }
        </VirtualList>
      ) : (
        <EmptyState icon={empty.icon} title={strings(empty.words)} />
      )}
      {removing ? (
        <RemoveSheet
          state={state}
          chat={chat}
          members={compared.extra.filter((it) => wanted.includes(it.account))}
          onClose={(done) => {
            setRemoving(false);
            if (!done) return;
            onChange(without(compared, { removed: new Set(wanted) }));
            setTicked(new Set());
          }}
        />
      ) : null}
    </Page>
  );
}

/** “đã thêm 12 người” → “Đã thêm 12 người” */
function sentence(words: string): string {
  return words.slice(0, 1).toLocaleUpperCase('vi') + words.slice(1);
}

function whyNot(error: unknown): string {
  if (error instanceof Problem) {
    if (error.code === 'import.too_large' || error.code === 'too_large') return strings('tooMuch');
    if (error.code === 'import.no_columns') return strings('noColumns');
  }
  return fileRefusal(error) ?? refusalWords(error);
}

function ListedRow({ it, on, onTick }: { it: Listed; on: boolean; onTick: ((on: boolean) => void) | undefined }) {
  const { person } = it;
  const name = displayName(person && it.result !== 'number' ? person.name : it.name);
  const why = reasonWords(it);
  const second = person && it.result !== 'number' ? [person.position, person.unit] : [];
  const first = name || phoneWords(it);
  const rest = [name === '' ? '' : phoneWords(it), ...second].filter(Boolean).join(' · ');
  const inside = (
    <>
      {person && it.result !== 'number' ? <Avatar id={person.account} name={name} size={40} /> : null}
      <span class="manage-name">
        <span class="cut" title={first}>
          {first}
        </span>
        <span class="manage-second compare-second">
          <span class="cut">{rest}</span>
        </span>
        {why ? <span class="compare-why">{why}</span> : null}
      </span>
      <span class="compare-line">{strings('line', { n: it.line })}</span>
    </>
  );
  if (!onTick) return <div class="compare-row">{inside}</div>;
  return (
    <label class={`compare-row${on ? ' manage-row-on' : ''}`}>
      <TickBox checked={on} label={[first, rest, why].filter(Boolean).join(', ')} onChange={onTick} />
      {inside}
    </label>
  );
}

interface ExtraRowProps {
  it: Extra;
  may: boolean;
  on: boolean;
  onTick: ((on: boolean) => void) | undefined;
}

function ExtraRow({ it, may, on, onTick }: ExtraRowProps) {
  const name = displayName(it.name);
  const place = [it.position, it.unit].filter(Boolean).join(' · ');
  const inside = (
    <>
      <Avatar id={it.account} name={name} photo={photoPath(it.photo)} size={40} />
      <span class="manage-name">
        <span class="cut" title={name}>
          {name}
        </span>
        <span class="manage-second compare-second">
          <RoleTag role={it.role} />
          <span class="cut">{place}</span>
        </span>
      </span>
    </>
  );
  if (!onTick) return <div class="compare-row">{inside}</div>;
  return (
    <label
      class={`compare-row${on ? ' manage-row-on' : ''}${may ? '' : ' manage-row-fixed'}`}
      title={may ? undefined : strings('cannotWhy')}
    >
      <TickBox
        checked={on}
        disabled={!may}
        label={[name, place, may ? '' : strings('cannot')].filter(Boolean).join(', ')}
        onChange={onTick}
      />
      {inside}
    </label>
  );
}
