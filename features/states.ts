import { batch, computed } from '@preact/signals';

import { closeDevice, openBrowserDevice, wipeDevice } from '../web/device.ts';
import type { Device } from '../web/device.ts';
import { Chats, chats } from './chats/state.ts';
import { Groups, groups } from './groups/state.ts';
import { Messages, messages } from './messages/state.ts';
import { Receipts, receipts } from './receipts/state.ts';

/** What one signed-in device knows, all features together. */
export interface States {
  readonly device: Device;
  readonly messages: Messages;
  readonly receipts: Receipts;
  readonly chats: Chats;
  readonly groups: Groups;
}

/** Puts the states on a device, fills them with what it kept, and opens the line. */
export async function openStates(device: Device): Promise<States> {
  const messages = new Messages(device);
  const receipts = new Receipts(device);
  const chats = new Chats(device, messages, receipts);
  const groups = new Groups(device, chats);
  await Promise.all([messages.open(), receipts.open()]);
  await chats.open();
  device.pages.whenFirst('keeper', () => void device.cache.becomeKeeper());
  await device.outbox.open();
  device.connection.open();
  return { device, messages, receipts, chats, groups };
}

/** For the tab and the title of the window. */
export const unreadChats = computed(() => chats.value?.unreadChats.value ?? 0);

let current: States | undefined;
let entering: { account: string; done: Promise<void> } | undefined;

/** Somebody is signed in at this page: shows what is known of the account and keeps it live. */
export function enter(account: string): Promise<void> {
  if (entering?.account !== account) entering = { account, done: open(account) };
  return entering.done;
}

async function open(account: string): Promise<void> {
  if (current) await closeDevice(current.device);
  const states = await openStates(await openBrowserDevice(account));
  // Signed out, or somebody else signed in, while the store was being opened.
  if (entering?.account !== account) return closeDevice(states.device);
  states.device.connection.listen({ signedOut: () => void leave() });
  current = states;
  batch(() => {
    messages.value = states.messages;
    receipts.value = states.receipts;
    chats.value = states.chats;
    groups.value = states.groups;
  });
}

/** Signed out: nothing of the account stays on this device. */
export async function leave(): Promise<void> {
  const states = current;
  current = undefined;
  entering = undefined;
  batch(() => {
    messages.value = undefined;
    receipts.value = undefined;
    chats.value = undefined;
    groups.value = undefined;
  });
  if (states) await wipeDevice(states.device);
}
