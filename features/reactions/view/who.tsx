import { useEffect, useRef, useState } from 'preact/hooks';

import { isUnreachable } from '../../../web/connection.ts';
import type { OutputOf } from '../../../protocol/action.ts';
import { formatNumber } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Chip, Chips } from '../../../web/ui/chip.tsx';
import { PersonRow } from '../../../web/ui/rows.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import type { Message } from '../../messages/protocol.ts';
import type { LogPlace } from '../../messages/view/place.ts';
import { photoPath } from '../../photos/rules.ts';
import type { reactionActions } from '../protocol.ts';
import type { Pill } from '../rules.ts';
import { reactions } from '../state.ts';
import { strings } from '../strings/who.ts';
import { nameOf } from './naming.ts';

type Listed = OutputOf<(typeof reactionActions)['reaction.list']>['reactions'][number];

interface WhoListProps {
  line: Message;
  place: LogPlace;
  first: string | undefined;
  onClose: () => void;
}

const PAGE = 50;

/** Who gave a message which emoji: all, or one of them, in the order of giving. */
export function WhoList({ line: opened, place, first, onClose }: WhoListProps) {
  const state = reactions.value;
  // The line as it is now: others go on reacting while one looks.
  const shown = place.conversation.shown.value.lines.find((it) => it.id === opened.id) ?? opened;
  const pills = state?.of(shown) ?? [];
  const [emoji, setEmoji] = useState(first);
  const [found, setFound] = useState<{ of: string | undefined; list: readonly Listed[]; more: boolean }>();
  const [trouble, setTrouble] = useState<unknown>(undefined);
  const [loading, setLoading] = useState(false);
  const asking = useRef(0);
  const { group } = place;

  const load = async (list: readonly Listed[]): Promise<void> => {
    if (!state) return;
    const mine = ++asking.current;
    const last = list.at(-1);
    setLoading(true);
    try {
      const page = await state.call('reaction.list', {
        group,
        message: opened.id,
        ...(emoji === undefined ? {} : { emoji }),
        ...(last ? { after: { at: last.at, account: last.person.id, emoji: last.emoji } } : {}),
        limit: PAGE,
      });
      if (mine !== asking.current) return;
      setFound({ of: emoji, list: [...list, ...page.reactions], more: page.more });
      setTrouble(undefined);
    } catch (error) {
      if (mine === asking.current) setTrouble(error);
    } finally {
      if (mine === asking.current) setLoading(false);
    }
  };

  const totals = pills.map((it) => `${it.emoji}${it.count}`).join(' ');
  const told = useRef({ emoji, totals });
  useEffect(() => {
    // Another total: asked again, but not while somebody has gone down in the list.
    const same = told.current.emoji === emoji && (found?.list.length ?? 0) > PAGE;
    told.current = { emoji, totals };
    if (!same) void load([]);
  }, [emoji, totals]);

  const all = pills.reduce((sum, it) => sum + it.count, 0);
  const list = found && found.of === emoji ? found.list : undefined;
  return (
    <Sheet title={strings('title')} shape="panel" flush onClose={onClose}>
      {pills.length > 0 ? (
        <div class="reaction-filter">
          <Chips label={strings('filter')}>
            <Chip on={emoji === undefined} onPress={() => setEmoji(undefined)}>
              {strings('all')} {formatNumber(all)}
            </Chip>
            {pills.map((it) => (
              <Chip key={it.emoji} on={emoji === it.emoji} onPress={() => setEmoji(it.emoji)}>
                <EmojiTotal pill={it} />
              </Chip>
            ))}
          </Chips>
        </div>
      ) : null}
      {list ? (
        <ul class="reaction-who">
          {list.map((it) => (
            <li key={`${it.person.id} ${it.emoji}`}>
              <PersonRow
                id={it.person.id}
                name={displayName(it.person.name)}
                tags={it.person.id === place.self ? <Tag>{strings('you')}</Tag> : undefined}
                photo={photoPath(it.person.photo)}
                second={[it.person.position, it.person.unit].filter(Boolean).join(' · ')}
                href={`/directory/people/${it.person.id}`}
                after={
                  <span class="reaction-given">
                    <span aria-hidden="true">{it.emoji}</span>
                    <span class="unseen">{nameOf(it.emoji)}</span>
                  </span>
                }
              />
            </li>
          ))}
        </ul>
      ) : trouble === undefined ? (
        <Skeleton kind="person" rows={4} />
      ) : null}
      {trouble !== undefined && (!list || !isUnreachable(trouble)) ? (
        <Trouble error={trouble} onRetry={() => void load(list ?? [])} />
      ) : null}
      {list && list.length === 0 ? (
        <EmptyState title={strings(pills.length > 0 ? 'none' : 'nobody')} text={strings('nobodyText')} />
      ) : null}
      {list && found?.more ? (
        <div class="reaction-more">
          <Button look="outline" busy={loading} onPress={() => void load(list)}>
            {strings('more')}
          </Button>
        </div>
      ) : null}
    </Sheet>
  );
}

function EmojiTotal({ pill: { emoji, count } }: { pill: Pill }) {
  return (
    <>
      <span aria-hidden="true">
        {emoji} {formatNumber(count)}
      </span>
      <span class="unseen">{strings('of', { name: nameOf(emoji), n: count })}</span>
    </>
  );
}
