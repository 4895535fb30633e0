import { useEffect, useState } from 'preact/hooks';

import { later } from '../../../web/later.ts';
import { Tag } from '../../../web/ui/tag.tsx';
import { IconButton } from '../../../web/ui/button.tsx';
import { icons } from '../../../web/ui/meanings.ts';
import type { Chat } from '../../chats/protocol.ts';
import type { CallKind } from '../rules.ts';
import { calls } from '../state.ts';
import { strings } from '../strings.ts';

// All of calls that is there from the start: that there is one. What draws it comes when there is.

const code = later(() => import('./stage.tsx').then((it) => it.drawn));

function useCode(wanted: boolean) {
  useEffect(() => {
    if (wanted) void code.fetch();
  }, [wanted]);
  return wanted ? code.it.value : undefined;
}

/** Stands over all screens: who rings, and the call that this device is in. */
export function CallSlot() {
  const state = calls.value;
  const drawn = useCode(state !== undefined && (state.rings.value.length > 0 || state.room.value !== undefined));
  return state && drawn ? <drawn.Stage state={state} /> : null;
}

/** Under every bar: this device was in a call before the page was loaded again. */
export function CallBackStrip() {
  const state = calls.value;
  const back = state?.back.value;
  const drawn = useCode(back !== undefined);
  return state && back && drawn ? <drawn.BackStrip state={state} {...back} /> : null;
}

/** In a conversation: the call that goes on in it without this device. */
export function CallStrip({ group }: { group: string }) {
  const state = calls.value;
  const call = state?.going(group);
  const drawn = useCode(call !== undefined);
  return state && call && drawn ? <drawn.GoingStrip state={state} call={call} /> : null;
}

/** In a row of the list: a call goes on there. */
export function CallMark({ group }: { group: string }) {
  const n = calls.value?.peopleIn(group);
  if (n === undefined) return null;
  return (
    <Tag tone="accent" icon={icons.call}>
      <span class="unseen">{strings('going', { n })}, </span>
      <span aria-hidden="true">{n}</span>
    </Tag>
  );
}

/** In the bar of a conversation: voice and video between two; in a group one button, and a sheet that asks how. */
export function CallButtons({ chat: { group, kind, rights } }: { chat: Chat }) {
  const [open, setOpen] = useState(false);
  const state = calls.value;
  const drawn = useCode(open);
  if (!state || !rights.includes('call.start')) return null;
  if (kind !== 'pair') {
    return (
      <>
        <IconButton icon={icons.call} label={strings('groupCall')} onPress={() => setOpen(true)} />
        {drawn ? <drawn.StartCall state={state} group={group} onClose={() => setOpen(false)} /> : null}
      </>
    );
  }
  const button = (how: CallKind) => (
    <IconButton
      icon={icons[how === 'video' ? 'video' : 'call']}
      label={strings(how)}
      onPress={() => void code.fetch().then(() => code.it.value?.startCall(state, group, how))}
    />
  );
  return (
    <>
      {button('voice')}
      {button('video')}
    </>
  );
}
