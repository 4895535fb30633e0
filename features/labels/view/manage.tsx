import { useState } from 'preact/hooks';
import { ArrowDown, ArrowUp, Pencil, Plus, Tag, Trash2 } from 'lucide';

import { Button, IconButton } from '../../../web/ui/button.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { MenuButton } from '../../../web/ui/menu.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { useGroups } from '../../groups/view/use-groups.ts';
import type { Label } from '../protocol.ts';
import { LABELS_MOST } from '../rules.ts';
import { labels } from '../state.ts';
import type { Labels } from '../state.ts';
import { strings } from '../strings.ts';
import { LabelDot } from './dot.tsx';
import { EditLabel } from './edit.tsx';
import { refusalOf } from './refusal.ts';
import '../manage.css';

/** Thẻ phân loại: a person's own labels, their names, colours and order. */
export function LabelsScreen() {
  const state = labels.value;
  const list = state?.list.value;
  const [editing, setEditing] = useState<Label | 'new' | undefined>(undefined);
  const add = (
    <Button
      icon={Plus}
      disabled={(list?.length ?? 0) >= LABELS_MOST}
      reason={(list?.length ?? 0) >= LABELS_MOST ? strings('full', { n: LABELS_MOST }) : undefined}
      onPress={() => setEditing('new')}
    >
      {strings('add')}
    </Button>
  );
  return (
    <Page title={strings('title')} lane="form" foot={list && list.length > 0 ? add : undefined}>
      {!state || !list ? (
        <Skeleton kind="setting" rows={4} />
      ) : list.length === 0 ? (
        <EmptyState icon={Tag} title={strings('emptyTitle')} text={strings('emptyText')} action={add} />
      ) : (
        <ul aria-label={strings('title')}>
          {list.map((it, at) => (
            <LabelRow key={it.label} state={state} list={list} at={at} onEdit={() => setEditing(it)} />
          ))}
        </ul>
      )}
      {editing ? (
        <EditLabel label={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />
      ) : null}
    </Page>
  );
}

interface RowProps {
  state: Labels;
  list: readonly Label[];
  at: number;
  onEdit: () => void;
}

function LabelRow({ state, list, at, onEdit }: RowProps) {
  const it = list[at]!;
  const { name } = it;
  // Groups the person has left carry it too, and are none of their chats.
  const chats = useGroups()?.chats;
  const carrying = it.groups.filter((group) => chats?.get(group)).length;

  async function act(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      showToast({ words: refusalOf(error), icon: null });
    }
  }

  const move = (by: number): Promise<void> => {
    const order = list.map((one) => one.label);
    order.splice(at + by, 0, ...order.splice(at, 1));
    return act(() => state.order(order));
  };

  async function remove(): Promise<void> {
    const agreed = await confirm({
      title: strings('removeTitle', { name }),
      text: strings('removeText', { n: carrying }),
      yes: strings('remove'),
      danger: true,
    });
    if (agreed) await act(() => state.remove(it.label));
  }

  return (
    <li class="label-row">
      <LabelDot colour={it.colour} />
      <span class="label-words">
        <span class="label-name">{name}</span>
        <span class="label-chats">{strings('chats', { n: carrying })}</span>
      </span>
      <IconButton
        icon={ArrowUp}
        size={20}
        label={strings('upOf', { name })}
        disabled={at === 0}
        onPress={() => void move(-1)}
      />
      <IconButton
        icon={ArrowDown}
        size={20}
        label={strings('downOf', { name })}
        disabled={at === list.length - 1}
        onPress={() => void move(1)}
      />
      <MenuButton
        label={strings('menuOf', { name })}
        items={() => [
          { label: strings('edit'), icon: Pencil, onSelect: onEdit },
          { label: strings('remove'), icon: Trash2, tone: 'red', onSelect: () => void remove() },
        ]}
      />
    </li>
  );
}
