import type { Person } from '../../directory/protocol.ts';
import type { Person as Writer } from '../../messages/protocol.ts';
import type { Groups } from '../state.ts';

/** Rows of “Gần đây”. */
const RECENT_MOST = 30;

/** What a row shows of somebody, as the directory would tell it. */
export function asPerson(it: Pick<Writer, 'id' | 'name' | 'position' | 'unit' | 'photo'>): Person {
  return {
    id: it.id,
    name: it.name,
    position: it.position,
    unit: null,
    unitName: it.unit,
    area: null,
    areaName: '',
    phone: null,
    photo: it.photo,
    registered: true,
    state: 'active',
  };
}

/** Whom the actor has talked with lately, the newest first. */
export function recentPeople({ chats, account }: Groups): Person[] {
  const people = new Map<string, Person>();
  for (const group of chats.order.value) {
    const chat = chats.get(group);
    for (const it of [chat?.other, chat?.lastBy]) {
      if (it && it.id !== account && !people.has(it.id)) people.set(it.id, asPerson(it));
    }
    if (people.size >= RECENT_MOST) break;
  }
  return [...people.values()].slice(0, RECENT_MOST);
}
