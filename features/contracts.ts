import { streamActions } from '../protocol/stream.ts';
import { areaActions } from './areas/protocol.ts';
import { chatActions, chatEvents } from './chats/protocol.ts';
import { directoryActions } from './directory/protocol.ts';
import { groupActions, groupEvents } from './groups/protocol.ts';
import { memberActions, memberEvents } from './members/protocol.ts';
import { messageActions, messageEvents } from './messages/protocol.ts';
import { receiptActions, receiptEvents } from './receipts/protocol.ts';
import { unitActions } from './units/protocol.ts';

/** Everything a client can do, in the order of a tour of the product. */
export const actions = {
  ...directoryActions,
  ...unitActions,
  ...areaActions,
  ...groupActions,
  ...memberActions,
  ...chatActions,
  ...messageActions,
  ...receiptActions,
  ...streamActions,
};

/** Everything a client can learn. */
export const events = {
  ...groupEvents,
  ...memberEvents,
  ...chatEvents,
  ...messageEvents,
  ...receiptEvents,
};

export type ActionMap = typeof actions;
export type ActionName = keyof ActionMap;
export type EventMap = typeof events;
