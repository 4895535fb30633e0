import { Plus, Settings2 } from 'lucide';
import { useState } from 'preact/hooks';

import { displayName } from '../../../web/names.ts';
import { navigate } from '../../../web/routing.ts';
import { Button } from '../../../web/ui/button.tsx';
import { CheckboxRow } from '../../../web/ui/choice.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { trying } from '../../chats/view/menu.ts';
import { CHAT_LABELS_MOST, LABELS_MOST } from '../rules.ts';
import { labels } from '../state.ts';
import { strings } from '../strings.ts';
import { LabelDot } from './dot.tsx';
import { EditLabel } from './edit.tsx';
import '../manage.css';

interface Labelled {
  readonly group: string;
  readonly name: string;
  readonly other: { readonly name: string } | null;
}

/** Gắn nhãn: which labels a chat carries; saved as they are ticked. */
export function ChooseLabels({ chat, onClose }: { chat: Labelled; onClose: () => void }) {
  const state = labels.value;
  const list = state?.list.value;
  const [adding, setAdding] = useState(false);
  if (adding) {
    return (
      <EditLabel
        onClose={() => setAdding(false)}
        onDone={(label) => {
          const carried = state?.of(chat.group) ?? [];
          if (state && carried.length < CHAT_LABELS_MOST)
            trying(() => state.put(chat.group, [...carried.map((it) => it.label), label]));
        }}
      />
    );
  }
  const carried = state?.of(chat.group).map((it) => it.label) ?? [];
  const full = carried.length >= CHAT_LABELS_MOST;
  return (
    <Sheet
      title={strings('choose')}
      subtitle={displayName(chat.other?.name ?? chat.name)}
      size="small"
      flush
      onClose={onClose}
      foot={
        <>
          <Button
            look="text"
            icon={Settings2}
            onPress={() => {
              onClose();
              navigate('/me/labels');
            }}
          >
            {strings('manage')}
          </Button>
          <Button
            look={list?.length === 0 ? 'filled' : 'soft'}
            icon={Plus}
            disabled={(list?.length ?? 0) >= LABELS_MOST}
            reason={(list?.length ?? 0) >= LABELS_MOST ? strings('full', { n: LABELS_MOST }) : undefined}
            onPress={() => setAdding(true)}
          >
            {strings('add')}
          </Button>
        </>
      }
    >
      {!state || !list ? (
        <Skeleton kind="setting" rows={3} />
      ) : (
        <>
          <p class="label-help">
            {list.length === 0 ? strings('emptyText') : strings('chooseHelp', { n: CHAT_LABELS_MOST })}
          </p>
          {list.map((it) => {
            const on = carried.includes(it.label);
            return (
              <CheckboxRow
                key={it.label}
                class="label-choice"
                before={<LabelDot colour={it.colour} />}
                label={it.name}
                checked={on}
                disabled={full && !on}
                onChange={(now) =>
                  trying(() =>
                    state.put(chat.group, now ? [...carried, it.label] : carried.filter((one) => one !== it.label)),
                  )
                }
              />
            );
          })}
        </>
      )}
    </Sheet>
  );
}
