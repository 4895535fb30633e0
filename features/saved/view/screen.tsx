import { useEffect, useMemo } from 'preact/hooks';
import { Bookmark, BookmarkX } from 'lucide';

import { connection } from '../../../web/connection.ts';
import { formatListTime } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { IconButton, Link, LinkButton } from '../../../web/ui/button.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { VirtualList } from '../../../web/ui/virtual-list.tsx';
import type { Chats } from '../../chats/state.ts';
import { useChats } from '../../chats/view/use-chats.ts';
import { filesWords } from '../../files/view/words.ts';
import { unmarked } from '../../messages/rules/markup.ts';
import { photoPath } from '../../photos/rules.ts';
import type { Saved } from '../protocol.ts';
import { SavedList } from '../state.ts';
import { strings } from '../strings.ts';
import './saved.css';

/** Rows from the end at which the next page is asked for. */
const NEAR_PX = 600;

/** Cá nhân → Tin đã đánh dấu. */
export function SavedScreen() {
  const chats = useChats();
  return (
    <Page title={strings('title')} scrolls={false} backTo="/me">
      {chats ? <List key={chats.account} chats={chats} /> : <Skeleton kind="chat" />}
    </Page>
  );
}

function List({ chats }: { chats: Chats }) {
  const saved = useMemo(() => new SavedList(connection(), chats.account), [chats]);
  useEffect(() => () => saved.close(), [saved]);
  const online = connection().state.value === 'online';
  useEffect(() => {
    if (online) void saved.fetch();
  }, [saved, online]);
  const list = saved.list.value;
  const trouble = saved.trouble.value;

  const remove = ({ message, group }: Saved): void => {
    chats.messages.save(group.id, [message], false);
    saved.drop(new Set([message.id]));
    showToast({
      words: strings('removed'),
      icon: BookmarkX,
      onAction: () => chats.messages.save(group.id, [message], true),
    });
  };

  if (!list) {
    if (trouble) return <Trouble error={trouble} onRetry={() => void saved.fetch()} />;
    return online ? (
      <Skeleton kind="chat" />
    ) : (
      <EmptyState icon={Bookmark} title={strings('title')} text={strings('noLine')} />
    );
  }
  if (list.length === 0) {
    return (
      <EmptyState
        icon={Bookmark}
        title={strings('empty')}
        text={strings('emptyText')}
        action={
          <LinkButton href="/chats" look="outline">
            {strings('toChats')}
          </LinkButton>
        }
      />
    );
  }
  return (
    <VirtualList
      label={strings('list')}
      items={list}
      keyOf={(it) => it.message.id}
      estimate={96}
      total={saved.more.value ? -1 : list.length}
      onScroll={(offset) => {
        if (offset + innerHeight + NEAR_PX > list.length * 80) void saved.older();
      }}
      after={saved.loading.value && saved.more.value ? <p class="saved-more">{strings('loadingMore')}</p> : null}
    >
      {(it) => <SavedRow saved={it} list={saved} self={chats.account} onRemove={() => remove(it)} />}
    </VirtualList>
  );
}

interface SavedRowProps {
  saved: Saved;
  list: SavedList;
  self: string;
  onRemove: () => void;
}

function SavedRow({ saved: { message, group }, list, self, onRemove }: SavedRowProps) {
  const { by, text, files, at, seq } = message;
  const pair = group.kind === 'pair';
  const name = displayName(group.name);
  const person = by ? list.people.value.get(by) : undefined;
  const who = by === self ? strings('you') : displayName(person?.name ?? strings('someone'));
  const words = unmarked(text ?? '').trim() || filesWords(files ?? []);
  return (
    <div class="saved-row">
      <Link href={`/chats/${group.id}?at=${seq}`} class="saved-press">
        <Avatar
          id={pair ? (by ?? group.id) : group.id}
          name={name}
          photo={photoPath(group.photo)}
          group={pair ? undefined : group.kind}
          size={40}
        />
        <span class="saved-words">
          <span class="saved-first">
            <span class="saved-name cut">{name}</span>
            <time class="saved-time" dateTime={new Date(at).toISOString()}>
              {formatListTime(at)}
            </time>
          </span>
          <span class="saved-by cut">{who}</span>
          <span class="saved-text">{words}</span>
          <span class="unseen">, {strings('open')}</span>
        </span>
      </Link>
      <IconButton icon={BookmarkX} size={20} label={strings('remove')} onPress={onRemove} />
    </div>
  );
}
