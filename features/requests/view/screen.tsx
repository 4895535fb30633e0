import { useEffect, useRef, useState } from 'preact/hooks';
import { Link2, QrCode, TriangleAlert, UserCheck, UserRoundPlus } from 'lucide';
import type { IconNode } from 'lucide';

import { newId } from '../../../protocol/id.ts';
import { connection } from '../../../web/connection.ts';
import { formatAge } from '../../../web/format.ts';
import { useLayer } from '../../../web/layer.ts';
import { displayName } from '../../../web/names.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Button } from '../../../web/ui/button.tsx';
import { TickBox } from '../../../web/ui/choice.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { ReasonField } from '../../../web/ui/reason-field.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, Gone } from '../../../web/ui/states.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { VirtualList } from '../../../web/ui/virtual-list.tsx';
import { Refusal } from '../../groups/view/refusal.tsx';
import { refusalWords } from '../../groups/view/refusals.ts';
import { useGroups } from '../../groups/view/use-groups.ts';
import type { GroupsView } from '../../groups/view/use-groups.ts';
import { photoPath } from '../../photos/rules.ts';
import type { JoinRequest } from '../protocol.ts';
import { ADMITTED_AT_ONCE, REASON_MOST } from '../rules.ts';
import { requests } from '../state.ts';
import type { Ended } from '../state.ts';
import { strings } from '../strings.ts';
import { queueWords } from './row.tsx';
import '../requests.css';

/** Duyệt thành viên: who waits to come in, each to be let in or refused, one or many. */
export function ApproveScreen({ params }: ScreenProps) {
  const group = params['group'] ?? '';
  const state = useGroups();
  const chat = state?.chat(group);
  if (state && chat?.rights.includes('member.admit')) return <Approve key={group} state={state} group={group} />;
  return (
    <Page title={strings('title')} nested backTo={`/chats/${group}/options`}>
      {chat ? (
        <EmptyState icon={UserCheck} title={strings('mayNot')} text="" />
      ) : state?.chats.known.value ? (
        <Gone home="/chats" />
      ) : (
        <Skeleton kind="person" />
      )}
    </Page>
  );
}

function Approve({ state, group }: { state: GroupsView; group: string }) {
  const chat = state.chat(group);
  const [list, setList] = useState<readonly JoinRequest[]>();
  const [error, setError] = useState<unknown>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>();
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const [refusing, setRefusing] = useState<readonly JoinRequest[]>();
  // The same wish over a bad line is the same action.
  const asked = useRef<{ wish: string; id: string }>(undefined);
  const stopSelecting = useLayer(() => setChosen(undefined), chosen !== undefined);
  const queue = requests.value?.queues.value.get(group);
  const made = requests.value?.made.value.get(group) ?? 0;
  const ended = requests.value?.ended.value ?? new Map<string, Ended>();
  const online = state.online;

  function load(): void {
    setError(undefined);
    state.call('request.list', { group, limit: ADMITTED_AT_ONCE }).then(
      (it) => {
        setList(it.requests);
        const there = new Set(it.requests.map((one) => one.id));
        setChosen((was) => was && new Set([...was].filter((id) => there.has(id))));
      },
      (reason: unknown) => setError(reason),
    );
  }
  useEffect(() => {
    if (online) load();
  }, [group, made, online]);

  function idFor(wish: string): string {
    if (asked.current?.wish !== wish) asked.current = { wish, id: newId() };
    return asked.current.id;
  }

  const waiting = (list ?? []).filter((it) => !ended.has(it.id));
  const names = new Map((list ?? []).map((it) => [it.account, it.name]));

  async function approve(people: readonly JoinRequest[]): Promise<void> {
    const ids = people.map((it) => it.id);
    setBusy(new Set([...busy, ...ids]));
    try {
      const id = idFor(JSON.stringify(['approve', ids]));
      const { approved, invited, decided } = await state.call('request.approve', { group, requests: ids }, { id });
      const first = decided[0]?.by;
      const said =
        approved === 0 && first
          ? strings('already', { name: displayName(first.name) })
          : strings('approved', { n: approved });
      showToast(invited > 0 ? strings('invitedToo', { said, n: invited }) : said);
      setChosen(undefined);
      load();
    } catch (reason) {
      showToast({ words: refusalWords(reason, (account) => names.get(account)), icon: null });
    } finally {
      setBusy((was) => new Set([...was].filter((it) => !ids.includes(it))));
    }
  }

  const toggle = (id: string): void =>
    setChosen((was) => (was?.has(id) ? new Set([...was].filter((it) => it !== id)) : new Set([...(was ?? []), id])));
  const picked = waiting.filter((it) => chosen?.has(it.id));

  return (
    <Page
      title={chosen ? strings('selected', { n: picked.length }) : strings('title')}
      subtitle={chosen ? undefined : displayName(chat?.name ?? '')}
      nested
      scrolls={false}
      backTo={`/chats/${group}/options`}
      {...(chosen ? { onBack: stopSelecting, closes: true } : {})}
      actions={
        chosen ? (
          <Button look="text" size="small" onPress={() => setChosen(new Set(waiting.map((it) => it.id)))}>
            {strings('selectAll')}
          </Button>
        ) : undefined
      }
      head={
        !chosen && waiting.length > 0 ? (
          <div class="approve-queue">
            <p>{queueWords(queue ?? { waiting: waiting.length, oldest: waiting[0]!.at })}</p>
            {waiting.length > 1 ? (
              <Button look="text" size="small" onPress={() => setChosen(new Set())}>
                {strings('selectMany')}
              </Button>
            ) : null}
          </div>
        ) : undefined
      }
      foot={
        chosen && picked.length > 0 ? (
          <div class="approve-foot">
            <Button look="danger-outline" onPress={() => setRefusing(picked)}>
              {strings('refuseMany')}
            </Button>
            <Button busy={picked.some((it) => busy.has(it.id))} onPress={() => void approve(picked)}>
              {strings('approveMany', { n: picked.length })}
            </Button>
          </div>
        ) : undefined
      }
    >
      {error !== undefined && !list ? (
        <Trouble error={error} onRetry={load} />
      ) : !list ? (
        online ? (
          <Skeleton kind="person" rows={4} />
        ) : (
          <EmptyState icon={UserCheck} title={strings('offline')} text="" />
        )
      ) : list.length === 0 ? (
        <EmptyState icon={UserCheck} title={strings('nobody')} text={strings('nobodyText')} />
      ) : (
        <VirtualList items={list} keyOf={(it) => it.id} label={strings('title')} estimate={150} total={list.length}>
          {(it) => (
            <RequestRow
              request={it}
              ended={ended.get(it.id)}
              self={state.account}
              selecting={chosen !== undefined}
              selected={chosen?.has(it.id) ?? false}
              busy={busy.has(it.id)}
              onToggle={() => toggle(it.id)}
              onApprove={() => void approve([it])}
              onRefuse={() => setRefusing([it])}
            />
          )}
        </VirtualList>
      )}
      {refusing ? (
        <RefuseSheet
          state={state}
          group={group}
          people={refusing}
          idFor={idFor}
          onClose={(done) => {
            setRefusing(undefined);
            if (!done) return;
            setChosen(undefined);
            load();
          }}
        />
      ) : null}
    </Page>
  );
}

interface RowProps {
  request: JoinRequest;
  ended: Ended | undefined;
  self: string;
  selecting: boolean;
  selected: boolean;
  busy: boolean;
  onToggle: () => void;
  onApprove: () => void;
  onRefuse: () => void;
}

function RequestRow({ request, ended, self, selecting, selected, busy, onToggle, onApprove, onRefuse }: RowProps) {
  const name = displayName(request.name);
  const second = [request.position, request.unit].filter(Boolean).join(' · ') || (request.phone ?? '');
  const [icon, way] = wayOf(request);
  const age = formatAge(request.at, connection().now());
  const words = (
    <div class="approve-words">
      <p class="approve-name">
        <span class="cut">{name}</span>
        <span class="approve-age">{age}</span>
      </p>
      <p class="approve-second">{second}</p>
      <p class="approve-way">
        <Icon of={icon} size={16} />
        <span>{way}</span>
      </p>
      {request.listed ? null : (
        <p>
          <Tag tone="gold" icon={TriangleAlert}>
            {strings('unlisted')}
          </Tag>
        </p>
      )}
      {request.answer === '' ? null : <p class="approve-answer">“{request.answer}”</p>}
      {ended ? (
        <p class="approve-ended" role="status">
          {endedWords(ended, self)}
        </p>
      ) : selecting ? null : (
        <div class="approve-acts">
          <Button look="outline" disabled={busy} label={strings('refuseOf', { name })} onPress={onRefuse}>
            {strings('refuse')}
          </Button>
          <Button look="soft" busy={busy} label={strings('approveOf', { name })} onPress={onApprove}>
            {strings('approve')}
          </Button>
        </div>
      )}
    </div>
  );
  return (
    <div class={`approve-row${selected ? ' approve-selected' : ''}${ended ? ' approve-gone' : ''}`}>
      {selecting && !ended ? (
        <span class="approve-tick">
          <TickBox label={strings('select', { name })} checked={selected} onChange={onToggle} />
        </span>
      ) : null}
      <Avatar id={request.account} name={name} photo={photoPath(request.photo)} size={48} />
      {words}
    </div>
  );
}

function wayOf({ way, by, link }: JoinRequest): [icon: IconNode, words: string] {
  if (way === 'added') return [UserRoundPlus, strings('addedBy', { name: displayName(by?.name ?? '') })];
  const name = link;
  if (way === 'qr') return [QrCode, name === '' ? strings('byQr') : strings('byQrOf', { name })];
  return [Link2, name === '' ? strings('byLink') : strings('byLinkOf', { name })];
}

function endedWords({ how, by }: Ended, self: string): string {
  const name = by?.account === self ? strings('you') : displayName(by?.name ?? '');
  if (how === 'approved') return strings('justApproved', { name });
  if (how === 'refused') return strings('justRefused', { name });
  return strings(how === 'withdrawn' ? 'justWithdrawn' : 'justEnded');
}

const READY = ['reasonElsewhere', 'reasonUnknown', 'reasonWrong'] as const;

interface RefuseProps {
  state: GroupsView;
  group: string;
  people: readonly JoinRequest[];
  idFor: (wish: string) => string;
  onClose: (done: boolean) => void;
}

/** The reason of a refusal, which who asked can read. */
function RefuseSheet({ state, group, people, idFor, onClose }: RefuseProps) {
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const n = people.length;

  async function refuse(): Promise<void> {
    setBusy(true);
    setRefusal(undefined);
    try {
      const ids = people.map((it) => it.id);
      const id = idFor(JSON.stringify(['refuse', ids, reason]));
      const { refused, decided } = await state.call('request.refuse', { group, requests: ids, reason }, { id });
      const first = decided[0]?.by;
      showToast(
        refused === 0 && first
          ? strings('already', { name: displayName(first.name) })
          : strings('refused', { n: refused }),
      );
      onClose(true);
    } catch (error) {
      setRefusal(refusalWords(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Sheet
      title={
        n === 1 ? strings('refuseTitle', { name: displayName(people[0]!.name) }) : strings('refuseTitleMany', { n })
      }
      size="small"
      onClose={() => onClose(false)}
      foot={
        <>
          <Refusal words={refusal} />
          <Button look="danger" busy={busy} onPress={() => void refuse()}>
            {strings('refuse')}
          </Button>
        </>
      }
    >
      <ReasonField
        label={strings('reason')}
        help={strings('reasonHelp')}
        readyLabel={strings('reasonReady')}
        ready={READY.map((it) => strings(it))}
        value={reason}
        onInput={setReason}
        most={REASON_MOST}
      />
    </Sheet>
  );
}
