import { useEffect, useMemo, useState } from 'preact/hooks';
import { CalendarDays, Search, Siren } from 'lucide';

import { connection } from '../../../web/connection.ts';
import { formatListTime } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Button, IconButton, Link } from '../../../web/ui/button.tsx';
import { Chip, Chips } from '../../../web/ui/chip.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { BoardCard } from '../../board/view/card.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { useChats } from '../../chats/view/use-chats.ts';
import { photoPath } from '../../photos/rules.ts';
import { openSearch } from '../../search/view/open.ts';
import type { WorkItem } from '../protocol.ts';
import { sectionOf, WORK_LISTS, WORK_SECTIONS } from '../rules.ts';
import type { WorkList, WorkSection } from '../rules.ts';
import type { Work } from '../state.ts';
import { work } from '../state/current.ts';
import { WorkItems } from '../state/list.ts';
import { strings } from '../strings.ts';
import { strings as tabStrings } from '../strings/tab.ts';
import { AskedMessage } from './message.tsx';
import './work.css';

/** How often what is shown looks at the clock. */
const TICK_MS = 30_000;

const EMPTY = { todo: 'empty', reminder: 'emptyReminder', poll: 'emptyPoll', reading: 'emptyReading' } as const;

/** The chip that was chosen last, until the page ends. */
let chosen: WorkList = 'todo';

/** Việc: what waits for the person over all groups, answered where it stands. */
export function WorkScreen() {
  const state = work.value;
  const [list, setList] = useState<WorkList>(chosen);
  const counts = state?.counts.value;
  // What hardly ever is has no place until there is some.
  const shown = WORK_LISTS.filter((it) => it !== 'reading' || it === list || (counts?.reading ?? 0) > 0);
  return (
    <Page
      title={tabStrings('work')}
      look="root"
      ground="bg"
      scrollName={`work ${list}`}
      actions={
        <>
          <IconButton icon={CalendarDays} label={strings('calendar')} href="/work/calendar" />
          <IconButton icon={Search} label={strings('search')} onPress={() => openSearch()} />
        </>
      }
      head={
        <Chips label={strings('lists')}>
          {shown.map((it) => (
            <Chip
              key={it}
              on={it === list}
              count={it === 'todo' || it === 'reading' ? counts?.[it] : undefined}
              onPress={() => {
                chosen = it;
                setList(it);
              }}
            >
              {strings(it)}
            </Chip>
          ))}
        </Chips>
      }
    >
      {state ? (
        <Items key={`${state.device.account} ${list}`} state={state} list={list} />
      ) : (
        <Skeleton kind="setting" />
      )}
    </Page>
  );
}

function Items({ state, list }: { state: Work; list: WorkList }) {
  const things = useMemo(() => new WorkItems(state, list), [state, list]);
  useEffect(() => () => things.close(), [things]);
  const online = connection().state.value === 'online';
  useEffect(() => void things.open(), [things, online]);
  const [now, setNow] = useState(() => connection().now());
  useEffect(() => {
    const timer = setInterval(() => setNow(connection().now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const chats = useChats();

  const trouble = things.trouble.value;
  const items = things.items.value?.filter((it) => chats?.get(it.group) !== undefined);
  if (!items) {
    if (trouble && online) return <Trouble error={trouble} onRetry={() => void things.fetch()} />;
    return trouble ? (
      <EmptyState title={tabStrings('work')} text={strings('noLine')} />
    ) : (
      <Skeleton kind="setting" rows={5} />
    );
  }
  if (items.length === 0) {
    return <EmptyState title={strings(EMPTY[list])} text={list === 'todo' ? strings('emptyText') : undefined} />;
  }
  const sections = Map.groupBy(items, (it) => sectionOf(it.due, now));
  return (
    <div class="work">
      {trouble ? (
        <p class="work-note" role="status">
          {strings('asOf', { time: formatListTime(things.asOf.value) })}
        </p>
      ) : null}
      {WORK_SECTIONS.map((section) => {
        const inside = sections.get(section);
        return inside ? (
          <Section key={section} section={section}>
            {inside.map((it) => (
              <li key={it.id}>
                <Item item={it} chat={chats?.get(it.group)} done={state.done.value.has(it.id)} />
              </li>
            ))}
          </Section>
        ) : null;
      })}
      {things.more.value ? (
        <div class="work-more">
          <Button look="outline" busy={things.loading.value} onPress={() => void things.older()}>
            {strings('more')}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function Section({ section, children }: { section: WorkSection; children: preact.ComponentChildren }) {
  const urgent = section === 'overdue' || section === 'today';
  return (
    <section class="work-section" aria-labelledby={`work-${section}`}>
      <h2 id={`work-${section}`} class={`work-heading${urgent ? ' work-urgent' : ''}`}>
        {urgent ? <Icon of={Siren} size={20} /> : null}
        {strings(section)}
      </h2>
      <ul class="work-list">{children}</ul>
    </section>
  );
}

/** A thing under the name of its group: the same card as on the board and in the conversation. */
function Item({ item, chat, done }: { item: WorkItem; chat: Chat | undefined; done: boolean }) {
  const { kind, group, id, at, message } = item;
  const name = displayName(chat?.other?.name ?? chat?.name ?? '');
  return (
    <article class="work-item" aria-label={name}>
      <Link href={`/chats/${group}`} class="work-group" label={strings('inGroup', { name })}>
        <Avatar
          id={chat?.other?.id ?? group}
          name={name}
          photo={photoPath(chat?.other ? chat.other.photo : (chat?.photo ?? null))}
          group={chat?.other ? undefined : chat?.kind}
          size={24}
        />
        <span class="cut">{name}</span>
      </Link>
      {kind === 'message' ? (
        message ? (
          <AskedMessage group={group} id={id} message={message} done={done} />
        ) : null
      ) : (
        <BoardCard card={{ kind, id, ...(at === undefined ? {} : { at }) }} title="" group={group} />
      )}
    </article>
  );
}
