import type { Signal } from '@preact/signals';
import type { VNode } from 'preact';

import type { Chat } from '../../chats/protocol.ts';
import type { Right, Role } from '../../groups/rights.ts';
import type { Receipts } from '../../receipts/state.ts';
import type { Mention, Message } from '../protocol.ts';
import type { Messages, Pending } from '../state.ts';
import type { Conversation } from '../state/conversation.ts';
import type { Selection } from '../state/selection.ts';

/** Something drawn over the log until it is closed: a sheet, a dialog. */
export type Over = (close: () => void) => VNode;

/** What every line of one log shares. */
export interface LogPlace {
  readonly group: string;
  readonly pair: boolean;
  readonly members: number;
  readonly self: string;
  /** How far the actor has read. */
  readonly readSeq: () => number;
  readonly messages: Messages;
  readonly receipts: Receipts;
  /** Who leads the group: their messages are marked. Empty until it is known. */
  readonly leaders: ReadonlyMap<string, 'owner' | 'deputy'>;
  /** The role of another member, as far as it is known: of those who lead. */
  readonly roleOf: (account: string | null) => Role | undefined;
  /** The row of the list of chats. Reads as a signal; undefined once the actor is no member. */
  readonly chat: () => Chat | undefined;
  /** Whether these name the actor: by name, everybody, their unit or their role. */
  readonly callsMe: (mentions: readonly Mention[] | undefined) => boolean;
  /** Has the actor this right in the group now? Reads as a signal. */
  readonly can: (right: Right) => boolean;
  readonly conversation: Conversation;
  /** Lines that are picked to do one thing with all of them. */
  readonly selection: Selection;
  readonly over: Signal<Over | undefined>;
  /** Lays a sheet or a dialog over the log, instead of what lies there. */
  readonly lay: (over: Over) => void;
}

/** What the parts of a bubble are drawn from. */
export interface PartProps {
  /** What waits to be sent is a line without a number. */
  readonly line: Message;
  readonly pending?: Pending;
  readonly own: boolean;
  readonly place: LogPlace;
}
