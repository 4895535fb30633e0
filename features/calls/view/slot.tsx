import { useEffect, useState } from 'preact/hooks';

import { later } from '../../../web/later.ts';
import { Strip } from '../../../web/ui/strip.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { IconButton } from '../../../web/ui/button.tsx';
import { icons } from '../../../web/ui/meanings.ts';
import type { Chat } from '../../chats/protocol.ts';
import type { CallKind } from '../rules.ts';
import { calls } from '../state.ts';
import { strings } from '../strings.ts';
import type * as Begin from './begin.ts';

// All of calls that is there from the start: that there is one. What draws it comes when there is.

const stage = later(() => import('./stage.tsx').then((it) => it.Stage));
const begin = later(() => import('./begin.ts'));
const sheet = later(() => import('./start.tsx').then((it) => it.StartCall));

/** Does it once the code is there. */
function soon(act: (code: typeof Begin) => Promise<unknown>): void {
  void begin.fetch().then(() => begin.it.value && act(begin.it.value));
}

/** Stands over all screens: who rings, and the call that this device is in. */
export function CallSlot() {
  const state = calls.value;
  const wanted = state !== undefined && (state.rings.value.length > 0 || state.room.value !== undefined);
  useEffect(() => {
    if (wanted) void stage.fetch();
  }, [wanted]);
  const View = stage.it.value;
  return state && wanted && View ? <View state={state} /> : null;
}

/** Under every bar: this device was in a call before the page was loaded again. */
export function CallBackStrip() {
  const state = calls.value;
  const back = state?.back.value;
  if (!state || !back || state.room.value) return null;
  return (
    <Strip
      icon={icons.call}
      action={strings('backIn')}
      onAction={() => soon((it) => it.joinCall(state, back.group, back.call))}
    >
      {strings('backTo')}
    </Strip>
  );
}

/** In a conversation: the call that goes on in it without this device. */
export function CallStrip({ group }: { group: string }) {
  const state = calls.value;
  const call = state?.going(group);
  const room = state?.room.value;
  if (!state || !call || (room && room.group === group && room.stage.value !== 'over')) return null;
  if (state.back.value?.group === group) return null;
  return (
    <Strip icon={icons.call} action={strings('join')} onAction={() => soon((it) => it.joinCall(state, group, call.id))}>
      {strings('going', { n: state.peopleIn(group) ?? call.people })}
    </Strip>
  );
}

/** In a row of the list: a call goes on there. */
export function CallMark({ group }: { group: string }) {
  const n = calls.value?.peopleIn(group);
  if (n === undefined) return null;
  return (
    <Tag tone="accent" icon={icons.call}>
      <span class="unseen">{strings('goingShort', { n })}, </span>
      <span aria-hidden="true">{n}</span>
    </Tag>
  );
}

/** In the bar of a conversation: voice and video between two; in a group one button, and a sheet that asks how. */
export function CallButtons({ chat: { group, kind, rights } }: { chat: Chat }) {
  const [open, setOpen] = useState(false);
  const state = calls.value;
  const Sheet = sheet.it.value;
  if (!state || !rights.includes('call.start')) return null;
  const start = (how: CallKind) => () => soon((it) => it.startCall(state, group, how));
  if (kind === 'pair') {
    return (
      <>
        <IconButton icon={icons.call} label={strings('voice')} onPress={start('voice')} />
        <IconButton icon={icons.video} label={strings('video')} onPress={start('video')} />
      </>
    );
  }
  return (
    <>
      <IconButton
        icon={icons.call}
        label={strings('groupCall')}
        onPress={() => {
          void sheet.fetch();
          setOpen(true);
        }}
      />
      {open && Sheet ? <Sheet state={state} group={group} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
