import { batch, computed, effect, signal, untracked } from '@preact/signals';

import { connection } from '../web/connection.ts';
import { closeDevice, openBrowserDevice, rememberedAccount, wipeDevice } from '../web/device.ts';
import type { Device } from '../web/device.ts';
import { startAfresh } from '../web/routing.ts';
import { wipeShelves } from '../web/shelves.ts';
import { Me, me, session } from './accounts/state.ts';
import type { Session } from './accounts/state.ts';
import { ending } from './accounts/state/ending.ts';
import { fetchAgency, recallAgency } from './agency/state.ts';
import { calls } from './calls/state.ts';
import type { Calls } from './calls/state/calls.ts';
import { Chats, chats } from './chats/state.ts';
import { Devices, devices } from './devices/state.ts';
import { Files, files } from './files/state.ts';
import { Groups, groups } from './groups/state.ts';
import { Invitations, invitations } from './invitations/state.ts';
import { Labels, labels } from './labels/state.ts';
import { Messages, messages } from './messages/state.ts';
import {
  closeNotifications,
  leaveNotifications,
  openNotifications,
  openRinging,
} from './notifications/state/current.ts';
import { QuietHours, quietHours } from './quiet/state.ts';
import { Reactions, reactions } from './reactions/state.ts';
import { Receipts, receipts } from './receipts/state.ts';
import { Regulations, regulations } from './regulation/state.ts';
import type { Reports } from './reports/state.ts';
import { reports } from './reports/state/current.ts';
import { Requests, requests } from './requests/state.ts';
import { searchDevice, searching } from './search/view/open.ts';
import { Secrecy, secrecy } from './secrecy/state.ts';
import { work } from './work/state/current.ts';

/** What one signed-in device knows, all features together. */
export interface States {
  readonly device: Device;
  readonly me: Me;
  readonly devices: Devices;
  readonly messages: Messages;
  readonly reactions: Reactions;
  readonly receipts: Receipts;
  readonly chats: Chats;
  readonly labels: Labels;
  readonly quiet: QuietHours;
  readonly groups: Groups;
  readonly files: Files;
  readonly regulations: Regulations;
  readonly requests: Requests;
  /** Comes by itself: nothing of it is needed to read and write. Undefined where its code could not be had. */
  readonly reports: Promise<Reports | undefined>;
  readonly invitations: Invitations;
  readonly secrecy: Secrecy;
  /** Comes by itself, as soon as its code can be had. */
  readonly calls: Promise<Calls>;
}

/** Puts the states on a device, fills them with what it kept, and opens the line. */
export async function openStates(device: Device): Promise<States> {
  const me = new Me(device);
  const devices = new Devices(device);
  const messages = new Messages(device);
  const receipts = new Receipts(device);
  const chats = new Chats(device, messages, receipts);
  chats.unit = () => me.self.peek()?.unit;
  const labels = new Labels(device);
  const quiet = new QuietHours(device);
  // After the chats: their lines are changed first, then nothing is laid over them any more.
  const reactions = new Reactions(device);
  const groups = new Groups(device, chats);
  const files = new Files(device);
  messages.filesOf = (ids) => ids.flatMap((id) => files.uploads.it.peek()?.find(id)?.shape ?? []);
  messages.onFilesGone = (list) => void files.forget(list);
  const guard = new Secrecy(device, messages);
  const regulations = new Regulations(device, chats);
  const requests = new Requests(device);
  const invitations = new Invitations(device);
  const calls = openCalls(device, messages);
  const reports = openReports(device, messages, files).catch(() => undefined);
  await Promise.all([
    labels.open(),
    quiet.open(),
    requests.open(),
    invitations.open(),
    me.open(),
    messages.open(),
    receipts.open(),
  ]);
  await chats.open();
  device.pages.whenFirst('keeper', () => void device.cache.becomeKeeper());
  await device.outbox.open();
  void files.open();
  device.connection.open();
  return {
    device,
    me,
    devices,
    messages,
    reactions,
    receipts,
    chats,
    labels,
    quiet,
    groups,
    files,
    regulations,
    requests,
    invitations,
    reports,
    secrecy: guard,
    calls,
  };
}

/** For the tab and the title of the window. */
export const unreadChats = computed(() => chats.value?.unreadChats.value ?? 0);

/** For the app’s icon. */
export const iconBadge = computed(() => chats.value?.badge.value ?? 0);

let current: States | undefined;
let entering: { account: string; done: Promise<void> } | undefined;

/** Somebody is signed in at this page: shows what is known of the account and keeps it live. */
export function enter(account: string): Promise<void> {
  if (entering?.account !== account) entering = { account, done: open(account) };
  return entering.done;
}

async function open(account: string): Promise<void> {
  if (current) {
    closeNotifications();
    void current.calls.then((it) => it.close());
    await current.files.close();
    await closeDevice(current.device);
  }
  const states = await openStates(await openBrowserDevice(account));
  // Signed out, or somebody else signed in, while the store was being opened.
  if (entering?.account !== account) return closeDevice(states.device);
  ending.forget();
  states.device.connection.listen({
    signedOut: () => {
      ending.heard();
      session.value = { state: 'out' };
    },
  });
  current = states;
  batch(() => {
    searchDevice.value = states.device;
    me.value = states.me;
    devices.value = states.devices;
    messages.value = states.messages;
    reactions.value = states.reactions;
    receipts.value = states.receipts;
    chats.value = states.chats;
    labels.value = states.labels;
    quietHours.value = states.quiet;
    groups.value = states.groups;
    files.value = states.files;
    regulations.value = states.regulations;
    requests.value = states.requests;
    invitations.value = states.invitations;
    secrecy.value = states.secrecy;
  });
  openNotifications(states);
  void states.calls.then((it) => {
    if (current !== states) return it.close();
    calls.value = it;
    openRinging(it);
  });
  void states.reports.then((it) => current === states && (reports.value = it));
  void beginWork(states);
}

/** Code that could not be had is asked for again. */
const CODE_AGAIN_MS = 5_000;

/** What is heard before it is there is not lost: it asks then what is to go from this device. */
async function openReports(device: Device, messages: Messages, files: Files): Promise<Reports> {
  let missed = false;
  const stop = device.connection.listen({
    event: ({ on }) => (missed ||= on === 'message.withdrawn'),
    placed: async () => void (missed = true),
  });
  const { Reports } = await import('./reports/state.ts');
  const opened = new Reports(device, messages, files);
  stop();
  await opened.begin(missed);
  return opened;
}

/** A call that rings meanwhile is heard of once it is there: it asks what goes on. */
function openCalls(device: Device, messages: Messages): Promise<Calls> {
  return new Promise((resolve) => {
    const fetch = (): void =>
      void import('./calls/state/calls.ts').then(
        ({ Calls }) => resolve(new Calls(device, (group, words) => messages.send(group, words))),
        () => device.world.after(CODE_AGAIN_MS, fetch),
      );
    fetch();
  });
}

/** What waits for the person is counted once the rest is there: nothing of it is needed to read and write. */
async function beginWork(states: States): Promise<void> {
  try {
    const [{ openWork }, { forgetDays }] = await Promise.all([
      import('./work/state.ts'),
      import('./calendar/state.ts'),
    ]);
    const opened = await openWork(states.device, (group) => void forgetDays(states.device, group));
    if (current === states) work.value = opened;
  } catch {
    // Without a line, and not kept yet: the tab has no number until the next start.
  }
}

/** Signed out: nothing of the account stays on this device. */
export async function leave(): Promise<void> {
  const states = current;
  current = undefined;
  entering = undefined;
  batch(() => {
    searching.value = undefined;
    searchDevice.value = undefined;
    me.value = undefined;
    devices.value = undefined;
    messages.value = undefined;
    reactions.value = undefined;
    receipts.value = undefined;
    chats.value = undefined;
    labels.value = undefined;
    quietHours.value = undefined;
    groups.value = undefined;
    files.value = undefined;
    regulations.value = undefined;
    requests.value = undefined;
    invitations.value = undefined;
    reports.value = undefined;
    secrecy.value = undefined;
    calls.value = undefined;
    work.value = undefined;
  });
  void leaveNotifications();
  states?.regulations.close();
  void states?.calls.then((it) => it.close());
  void states?.files.close();
  if (states) await wipeDevice(states.device);
}

/** Signed out, and the fresh page has still to come. */
export const leaving = signal(false);

/** A store that does not let itself be deleted keeps nobody at the page of somebody who is gone. */
const WIPE_MS = 3_000;

/** Follows who is at this page: opens what the device knows of them, and wipes it when they are signed out. */
function followSession(): void {
  effect(() => {
    const { value } = session;
    untracked(() => {
      if (value.state === 'in') void enter(value.account);
      else if (entering) {
        // A fresh page: nothing of the person is left in its memory either.
        leaving.value = true;
        const patience = new Promise((resolve) => setTimeout(resolve, WIPE_MS));
        void Promise.race([leave(), patience]).finally(() => startAfresh('/sign-in'));
      }
    });
  });
}

/** Finds out who is at this page. Who was signed in here last sees what this device knows at once; the server is asked meanwhile. */
export async function begin(): Promise<void> {
  recallAgency();
  followSession();
  const remembered = rememberedAccount();
  if (remembered !== undefined) session.value = { state: 'in', account: remembered };
  // Whoever is not signed in here has nothing here, also where a page ended before it had cleared away.
  else void wipeShelves();
  try {
    const { setUp } = await fetchAgency();
    if (!setUp) session.value = { state: 'setup' };
    else if (session.peek().state === 'unknown') session.value = await askWhoIsHere();
  } catch {
    // No line: who was in stays in, who was not is asked to sign in.
    if (session.peek().state === 'unknown') session.value = { state: 'out' };
  }
}

/** The device may have forgotten who is signed in while the cookie has not. */
async function askWhoIsHere(): Promise<Session> {
  try {
    const { account } = await connection().call('account.me', {});
    return { state: 'in', account: account.id };
  } catch {
    return { state: 'out' };
  }
}
