import type { Signal } from '@preact/signals';

import type { InputOf } from '../../../protocol/action.ts';
import type { Chat } from '../../chats/protocol.ts';
import type { governingActions } from '../protocol/governing.ts';
import { withRights } from '../rights.ts';
import type { GroupSettings, Holders } from '../rights.ts';

/** A change of a group’s settings, as it is asked for. */
export type Governing = Omit<InputOf<(typeof governingActions)['group.govern']>, 'group' | 'approver'>;

export interface Governed {
  readonly settings: GroupSettings;
  readonly approval: boolean;
}

/** What is shown while changes are on their way: what is known, with what is wished put over it in order. */
export function governedWith(chat: Chat, wishes: readonly Governing[]): Governed {
  let { settings, approval } = chat;
  for (const { rights, approval: wished, ...rest } of wishes) {
    settings = withRights(chat.kind, { ...settings, ...rest }, rights ?? {});
    approval = wished ?? approval;
  }
  return { settings, approval };
}

/** The change that takes another one back. */
export function undoOf(before: Governed, change: Governing, firstOf: (right: string) => Holders): Governing {
  const { settings, approval } = before;
  const rights = Object.keys(change.rights ?? {}).map((it) => [it, settings.rights[it] ?? firstOf(it)]);
  return {
    ...(rights.length > 0 ? { rights: Object.fromEntries(rights) as Governing['rights'] } : {}),
    ...(change.announcing === undefined ? {} : { announcing: settings.announcing }),
    ...(change.marking === undefined ? {} : { marking: settings.marking }),
    ...(change.records === undefined ? {} : { records: settings.records }),
    ...(change.history === undefined ? {} : { history: settings.history }),
    ...(change.slow === undefined ? {} : { slow: settings.slow as Governing['slow'] }),
    ...(change.approval === undefined ? {} : { approval }),
  };
}

/** Puts a wish up for as long as it is on its way. */
export async function wishing<T>(
  wishes: Signal<readonly Governing[]>,
  wish: Governing,
  run: () => Promise<T>,
): Promise<T> {
  wishes.value = [...wishes.peek(), wish];
  try {
    return await run();
  } finally {
    wishes.value = wishes.peek().filter((it) => it !== wish);
  }
}
