import type { IconNode } from 'lucide';
import { Phone, PhoneCall, PhoneMissed, PhoneOff, Video } from 'lucide';

import { Button, Link } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { CardComing, CardGone } from '../../board/view/frame.tsx';
import { useGroups } from '../../groups/view/use-groups.ts';
import type { Call } from '../protocol.ts';
import { calls } from '../state.ts';
import { strings } from '../strings/card.ts';
import { joinCall, startCall } from './begin.ts';
import { callWords } from './words.ts';
import '../card.css';

/** A call as it stands in the conversation: going on, how long it was, or that it was missed. */
export function CallCard({ group, id, narrow }: { group: string; id: string; narrow?: boolean }) {
  const state = calls.value;
  const groups = useGroups();
  const chat = groups?.chat(group);
  const known = state?.of(group, id);
  if (known === 'gone') return <CardGone narrow={narrow} />;
  if (!state || !known) return <CardComing title="" narrow={narrow} />;
  // How many are in it is told more often than the call itself.
  const going = state.going(group);
  const call: Call = going?.id === id && known.endedAt === null ? { ...known, people: going.people } : known;
  const pair = chat?.kind === 'pair';
  const { title, second, missed, again } = callWords(call, groups?.account, pair);
  const room = state.room.value;
  const here = room !== undefined && room.call.value?.id === id && room.stage.value !== 'over';
  const open = call.endedAt === null;
  const may = chat?.rights.includes('call.start') ?? false;
  return (
    <section class={`call-record${missed ? ' call-record-missed' : ''}`} aria-label={`${title}, ${second}`}>
      <span class={`call-record-icon${open ? ' call-record-open' : ''}`}>
        <Icon of={iconOf(call, missed)} size={20} />
      </span>
      <p class="call-record-words">
        <Link href={`/chats/${group}/calls/${id}`} class="call-record-title">
          {title}
        </Link>
        {second ? <span class="call-record-second">{second}</span> : null}
      </p>
      {here ? (
        <Button look="outline" size="small" onPress={() => room.setSmall(false)}>
          {strings('open')}
        </Button>
      ) : open ? (
        <Button size="small" onPress={() => void joinCall(state, group, id)}>
          {strings('join')}
        </Button>
      ) : again && may && pair ? (
        <Button look="outline" size="small" onPress={() => void startCall(state, group, call.kind)}>
          {strings('callBack')}
        </Button>
      ) : null}
    </section>
  );
}

function iconOf(call: Call, missed: boolean): IconNode {
  if (call.endedAt === null) return call.kind === 'video' ? Video : PhoneCall;
  if (missed) return PhoneMissed;
  if (call.answeredAt === null) return PhoneOff;
  return call.kind === 'video' ? Video : Phone;
}
