import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

import type { EventFrame } from '../../protocol/frame.ts';
import type { Device } from '../../web/device.ts';
import { Wishes } from '../../web/wishes.ts';
import type { Label } from './protocol.ts';
import { inOrder } from './rules.ts';
import type { LabelColour } from './rules.ts';

const CACHED = 'labels';

/** A person's own labels, in their order, and which chats carry them. */
export class Labels {
  /** Undefined until they are known. What is under way counts as done. */
  readonly list: ReadonlySignal<readonly Label[] | undefined>;
  readonly #known = signal<readonly Label[] | undefined>(undefined);
  readonly #device: Device;
  readonly #wishes: Wishes<'label.put'>;
  /** What was heard while a list is on its way. */
  #heard: EventFrame[] | undefined;

  constructor(device: Device) {
    this.#device = device;
    this.#wishes = new Wishes(device, 'labels', ['label.put']);
    this.list = computed(() => {
      let list = this.#known.value;
      for (const { input } of this.#wishes.list.value) list = list && putOn(list, input as Put);
      return list;
    });
    device.connection.listen({
      event: (frame) => this.applyEvent(frame),
      // What a page that is not the keeper heard has not been kept.
      welcome: () => void this.fetch().catch(() => undefined),
      placed: async (streams) => {
        if (streams.includes(device.account)) await this.fetch();
      },
    });
  }

  async open(): Promise<void> {
    this.#known.value = await this.#device.cache.get<Label[]>('meta', CACHED);
  }

  async fetch(): Promise<void> {
    const done = this.#wishes.done();
    const heard: EventFrame[] = (this.#heard = []);
    const { labels, at } = await this.#device.connection.call('label.list', {});
    // Asked for again meanwhile: that answer is newer.
    if (this.#heard !== heard) return;
    this.#heard = undefined;
    let list: readonly Label[] = labels;
    for (const it of heard) if (it.n > at) list = listAfter(list, it);
    this.#wishes.settle(done);
    this.#take(list);
  }

  /** The labels of a chat, in their order. Reads as a signal. */
  of(group: string): readonly Label[] {
    return this.list.value?.filter((it) => it.groups.includes(group)) ?? [];
  }

  /** A chat carries exactly these. Kept on the device until the server has it. Throws `outbox.full`. */
  put(group: string, labels: readonly string[]): void {
    this.#wishes.add('label.put', { group, labels: [...labels] });
  }

  async add(name: string, colour: LabelColour): Promise<string> {
    return (await this.#device.connection.call('label.add', { name, colour })).label;
  }

  async change(label: string, name: string, colour: LabelColour): Promise<void> {
    await this.#device.connection.call('label.change', { label, name, colour });
  }

  async order(labels: readonly string[]): Promise<void> {
    await this.#device.connection.call('label.order', { labels: [...labels] });
  }

  async remove(label: string): Promise<void> {
    await this.#device.connection.call('label.remove', { label });
  }

  applyEvent(frame: EventFrame): void {
    if (frame.in !== this.#device.account || !frame.on.startsWith('label.')) return;
    this.#heard?.push(frame);
    const known = this.#known.peek();
    if (known) this.#take(listAfter(known, frame));
    this.#wishes.hear((frame.with as { act?: string }).act);
  }

  #take(list: readonly Label[]): void {
    this.#known.value = list;
    this.#device.cache.put('meta', CACHED, list);
  }
}

interface Put {
  readonly group: string;
  readonly labels: readonly string[];
}

function putOn(list: readonly Label[], { group, labels }: Put): readonly Label[] {
  return list.map((it) => {
    const carried = it.groups.includes(group);
    if (carried === labels.includes(it.label)) return it;
    return { ...it, groups: carried ? it.groups.filter((one) => one !== group) : [...it.groups, group].sort() };
  });
}

function listAfter(list: readonly Label[], { on, with: body }: EventFrame): readonly Label[] {
  const it = body as Omit<Label, 'groups'> & Put;
  switch (on) {
    case 'label.added':
      return [
        ...list.filter(({ label }) => label !== it.label),
        { label: it.label, name: it.name, colour: it.colour, groups: [] },
      ];
    case 'label.changed':
      return list.map((one) => (one.label === it.label ? { ...one, name: it.name, colour: it.colour } : one));
    case 'label.ordered':
      return inOrder(list, it.labels);
    case 'label.removed':
      return list.filter(({ label }) => label !== it.label);
    case 'label.put':
      return putOn(list, it);
    default:
      return list;
  }
}

export const labels = signal<Labels | undefined>(undefined);
