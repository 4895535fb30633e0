import { createHash } from 'node:crypto';

import { check } from '../checker.ts';
import { SimulatedBus } from './bus.ts';
import { World } from './clock.ts';
import { ModelDatabase } from './database.ts';
import { SimulatedNode } from './node.ts';
import { Phone } from './phone.ts';
import type { Heard } from './phone.ts';
import { memberOf } from './statements.ts';

/** What happens at one moment of a history. `who`, `other`: numbers of devices or nodes, taken by their remainder. */
export interface Step {
  readonly at: number;
  readonly kind: keyof typeof DOES;
  readonly who: number;
  readonly other: number;
}

export interface Shape {
  readonly people: number;
  /** Acts of each device. */
  readonly acts: number;
  readonly nodes: number;
}

export interface Result {
  readonly wrong: readonly string[];
  readonly trace: number;
  readonly turns: number;
  readonly acked: number;
  readonly events: number;
  /** Virtual milliseconds from the last fault until everybody was caught up. */
  readonly restMs: number;
}

/** After everything is whole again, everybody has caught up in this virtual time. */
const REST_MS = 150_000;
const EMOJI = ['👍', '❤️', '😂'];

const ACTS = {
  send: 34,
  double: 5,
  edit: 8,
  recall: 4,
  react: 14,
  read: 12,
  pinChat: 3,
  pin: 4,
  unpin: 2,
  leave: 2,
  remove: 3,
  add: 9,
} as const;
const FAULTS = {
  cut: 20,
  halfOpen: 8,
  stall: 5,
  forget: 6,
  offline: 8,
  online: 14,
  phoneCrash: 8,
  phoneStart: 14,
  nodeCrash: 5,
  nodeStart: 12,
  databaseCrash: 3,
  databaseStart: 10,
  cutOff: 3,
  cutOffEnds: 8,
  busStorm: 6,
  busCalm: 4,
  busAway: 3,
  busPart: 3,
  busBack: 8,
  answersLost: 8,
  answersCome: 4,
} as const;
/** What ends a fault is never left out. */
const ENDS: ReadonlySet<string> = new Set([
  'online',
  'phoneStart',
  'nodeStart',
  'databaseStart',
  'cutOffEnds',
  'busBack',
  'answersCome',
]);
/** Acts for each fault: from histories in which most goes well to such in which hardly anything does. */
const ACTS_A_FAULT = [30, 14, 8, 5];

/**
 * The history of a seed: what the devices do, and what breaks, in time. Each has some kinds of faults only, in a density of its own:
 * where everything breaks at once, one fault hides what another would have shown.
 */
export function historyOf(seed: number, shape: Shape): Step[] {
  const { random } = new World(seed ^ 0x2f6e2b1);
  const span = shape.acts * 450;
  const steps: Step[] = [];
  const drawn = (weights: Readonly<Record<string, number>>, times: number): void => {
    if (times === 0) return;
    const bag = Object.entries(weights).flatMap(([kind, weight]) => Array<string>(weight).fill(kind));
    for (let time = 0; time < times; time += 1)
      steps.push({
        at: Math.round(random.next() * span),
        kind: random.pick(bag) as Step['kind'],
        who: random.below(1_000),
        other: random.below(100_000),
      });
  };
  drawn(ACTS, shape.people * shape.acts);
  const kinds = Object.fromEntries(Object.entries(FAULTS).filter(([kind]) => ENDS.has(kind) || random.percent(60)));
  drawn(kinds, Math.round((shape.people * shape.acts) / random.pick(ACTS_A_FAULT)));
  // Wake-ups that get lost from the first moment on: what is said last in a group is then often among them.
  if (random.percent(50)) steps.push({ at: 0, kind: 'busStorm', who: random.below(60), other: random.below(100_000) });
  return steps.sort((a, b) => a.at - b.at);
}

type Does = (it: History, step: Step) => void;

/** What the steps do; one that cannot be done just then does nothing. */
const DOES = {
  send: (it, step) =>
    it.acts(step, (app, group) => app.messages.send(group, `tin ${step.at} ${step.who} ${step.other}`)),
  // The same id once more, beside what the outbox does: another socket, a retry that was thought lost.
  double: (it, step) =>
    it.acts(step, (app) => {
      const entry =
        app.device.outbox.entries.peek().find((one) => one.name === 'message.send') ??
        it.lastSend(it.phone(step).account);
      if (entry) it.calls(app, 'message.send', entry.input, entry.id);
    }),
  edit: (it, step) =>
    it.onLine(
      step,
      (app, group, line) =>
        line.by === app.device.account &&
        it.calls(app, 'message.edit', { group, message: line.id, text: `sửa ${step.at}` }),
    ),
  recall: (it, step) =>
    it.onLine(
      step,
      (app, group, line) =>
        line.by === app.device.account && it.calls(app, 'message.recall', { group, message: line.id }),
    ),
  react: (it, step) =>
    it.onLine(
      step,
      (app, group, line) => line.text !== null && app.reactions.toggle(group, line, EMOJI[step.other % 3]!),
    ),
  read: (it, step) => it.acts(step, (app, group) => app.chats.markAllRead(group)),
  pinChat: (it, step) => it.acts(step, (app, group) => app.chats.pin(group, step.other % 2 === 0)),
  pin: (it, step) =>
    it.onLine(step, (app, group, line) => line.text !== null && it.calls(app, 'pin.add', { group, thing: line.id })),
  unpin: (it, step) => it.onLine(step, (app, group, line) => it.calls(app, 'pin.remove', { group, thing: line.id })),
  leave: (it, step) =>
    it.acts(step, (app, group) => app.device.account !== it.people[0] && it.calls(app, 'member.leave', { group })),
  remove: (it, step) => {
    const app = it.phones[0]!.app;
    const who = it.people[1 + (step.other % (it.people.length - 1))]!;
    if (app) it.calls(app, 'member.remove', { group: it.groups[step.who % it.groups.length]!, accounts: [who] });
  },
  add: (it, step) => {
    const app = it.phones[0]!.app;
    const who = it.people[1 + (step.other % (it.people.length - 1))]!;
    if (app) it.calls(app, 'member.add', { group: it.groups[step.who % it.groups.length]!, accounts: [who] });
  },
  cut: (it, step) => it.phone(step).line?.cut(true),
  halfOpen: (it, step) => it.phone(step).line?.cut(false),
  stall: (it, step) => {
    const { line, owner } = it.phone(step);
    line?.stall(true);
    it.world.after(step.other % 20_000, owner, () => line?.stall(false));
  },
  // A node that leaves an event out: the device finds out by the number of the next.
  forget: (it, step) => it.phone(step).line?.forget(),
  offline: (it, step) => it.phone(step).setNetwork(false),
  online: (it, step) => it.phone(step).setNetwork(true),
  phoneCrash: (it, step) => it.phone(step).crash(),
  phoneStart: (it, step) => it.phone(step).start(),
  nodeCrash: (it, step) => it.crashNode(step.who),
  nodeStart: (it) => it.startNodes(),
  databaseCrash: (it) => it.database.crash(),
  databaseStart: (it) => it.database.start(),
  cutOff: (it, step) => {
    const node = it.nodes[step.who % it.nodes.length];
    if (node) it.database.cutOff.add(node.owner);
  },
  cutOffEnds: (it) => it.healDatabase(),
  busStorm: (it, step) =>
    void (it.bus.weather = { lost: step.who % 60, doubled: step.other % 40, late: step.other % 70 }),
  busCalm: (it) => void (it.bus.weather = { lost: 0, doubled: 0, late: 0 }),
  busAway: (it) => it.bus.end(),
  busPart: (it, step) => {
    const node = it.nodes[step.who % it.nodes.length];
    if (node) it.bus.part(node.owner);
  },
  busBack: (it) => it.bus.heal(),
  answersLost: (it, step) => void (it.phone(step).loss = step.other % 50),
  answersCome: (it, step) => void (it.phone(step).loss = 0),
} satisfies Record<string, Does>;

type App = NonNullable<Phone['app']>;
interface Line {
  readonly id: string;
  readonly by: string | null;
  readonly text: string | null;
  readonly kind: string;
  readonly seq: number;
}

const idOf = (kind: number, n: number): string => `00000000-0000-7000-8${kind}00-${n.toString(16).padStart(12, '0')}`;

class History {
  readonly world: World;
  readonly database: ModelDatabase;
  readonly bus: SimulatedBus;
  readonly people: string[];
  readonly groups = [idOf(1, 1), idOf(1, 2)];
  readonly phones: Phone[];
  readonly wrong: string[] = [];
  readonly sends = new Map<
    string,
    { id: string; sender: string; group: string; input: unknown; startedAt: number; ackedAt?: number; seq?: number }
  >();
  readonly heard: Heard[] = [];
  /** Messages whose sender was told for good that they are not taken. */
  readonly #refused = new Set<string>();
  readonly #cursors = new Map<string, number>();
  nodes: SimulatedNode[] = [];
  #wantedNodes: number;
  #named = 0;

  constructor(world: World, shape: Shape) {
    this.world = world;
    this.database = new ModelDatabase(this.world);
    this.bus = new SimulatedBus(this.world);
    this.people = Array.from({ length: shape.people }, (_, at) => idOf(0, at + 1));
    this.#wantedNodes = shape.nodes;
    const { tables } = this.database;
    for (const id of this.people) {
      tables.streams.set(id, { id, kind: 'account', head: 0, floor: 0, messages: 0, rightsVersion: 1 });
      tables.accounts.set(id, { id, name: `Người ${id.slice(-2)}` });
    }
    for (const id of this.groups) {
      tables.streams.set(id, { id, kind: 'group', head: 0, floor: 0, messages: 0, rightsVersion: 1 });
      tables.groups.set(id, { id, kind: 'coordination', name: 'Nhóm' });
      this.people.forEach((account, at) =>
        tables.members.set(`${id} ${account}`, {
          group: id,
          account,
          role: at === 0 ? 'owner' : 'member',
          left: false,
          visibleFrom: 0,
          readSeq: 0,
          receivedSeq: 0,
          readOrdinal: 0,
          addressedFrom: 0,
          pinnedAt: null,
        }),
      );
    }
    this.startNodes();
    // Two devices for the second of them: what one does the other hears of.
    this.phones = [...this.people, this.people[1]!].map((account, at) =>
      this.#phone(account, `phone ${at}`, this.world.random.below(5) === 0 ? 86_400_000 * (at % 2 ? 1 : -1) : 0),
    );
  }

  #phone(account: string, name: string, skew: number): Phone {
    return new Phone(
      this.world,
      account,
      name,
      () => this.nodes.filter((it) => it.owner.alive),
      {
        heard: (it) => {
          this.heard.push(it);
          this.world.note('heard', it.account, it.stream, it.n);
        },
        asked: (what, id, input, sender) => {
          if (what === 'message.send' && !this.sends.has(id))
            this.sends.set(id, {
              id,
              sender,
              group: (input as { group: string }).group,
              input,
              startedAt: this.world.time,
            });
        },
        answered: (what, id, _input, output) => {
          const send = what === 'message.send' ? this.sends.get(id) : undefined;
          if (!send) return;
          const { seq } = output as { seq: number };
          if (send.seq !== undefined && send.seq !== seq)
            this.wrong.push(`a retry of ${id} was answered ${seq} after ${send.seq}`);
          send.ackedAt ??= this.world.time;
          send.seq ??= seq;
          this.world.note('acked', id, seq);
        },
        refused: (id) => this.#refused.add(id),
        broke: (who, error) =>
          this.wrong.push(`${who} broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
        applied: (who, stream, n) => {
          const key = `${who} ${stream}`;
          const before = this.#cursors.get(key) ?? 0;
          if (n <= before) this.wrong.push(`${who} applied ${n} of ${stream} after ${before}`);
          this.#cursors.set(key, n);
        },
      },
      skew,
    );
  }

  phone(step: Step): Phone {
    return this.phones[step.who % this.phones.length]!;
  }

  acts(step: Step, run: (app: App, group: string) => unknown): void {
    const { app, owner } = this.phone(step);
    if (!app) return;
    const groups = this.groups.filter((it) => app.chats.peek(it));
    if (groups.length === 0) return;
    this.world.after(0, owner, () => void run(app, groups[step.other % groups.length]!));
  }

  onLine(step: Step, run: (app: App, group: string, line: Line) => unknown): void {
    this.acts(step, (app, group) => {
      const lines =
        app.messages
          .conversation(group)
          .stretches.at(-1)
          ?.lines.filter((it) => it.kind === 'text') ?? [];
      if (lines.length > 0) run(app, group, lines[Math.max(0, lines.length - 1 - (step.other % 12))]!);
    });
  }

  /** Done at once, as by a finger; what is refused or unreachable is let be. */
  calls(app: App, name: string, input: unknown, id?: string): void {
    const call = app.device.connection.call as (name: string, input: unknown, options?: object) => Promise<unknown>;
    call(name, input, id ? { id } : {}).catch(() => undefined);
  }

  lastSend(account: string): { id: string; input: unknown } | undefined {
    return [...this.sends.values()].findLast((it) => it.sender === account);
  }

  startNodes(): void {
    while (this.nodes.length < this.#wantedNodes) {
      this.#named += 1;
      this.nodes.push(
        new SimulatedNode(
          this.world,
          `node ${this.#named}`,
          this.database,
          this.bus,
          this.world.random.below(4) === 0 ? 3_600_000 : 0,
          (error) =>
            this.wrong.push(
              `a node broke: ${error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error)}`,
            ),
        ),
      );
    }
  }

  crashNode(which: number): void {
    const node = this.nodes[which % Math.max(1, this.nodes.length)];
    if (!node) return;
    node.crash();
    this.nodes = this.nodes.filter((it) => it !== node);
    for (const { line } of this.phones) if (line?.node === node) line.cut(this.world.random.percent(70));
  }

  healDatabase(): void {
    for (const owner of this.database.cutOff) this.database.heal(owner);
  }

  async run(steps: readonly Step[]): Promise<Result> {
    const { world } = this;
    for (const it of this.phones) it.start();
    await world.until(3_000);
    for (const step of steps) {
      await world.until(3_000 + step.at);
      world.note(step.kind, step.who, step.other);
      DOES[step.kind](this, step);
    }
    // Everything is whole again.
    this.database.start();
    this.healDatabase();
    // Wake-ups go on being lost, doubled and late: that is to do no harm. Nobody is made to connect anew, which would hide much.
    this.bus.heal();
    this.startNodes();
    for (const it of this.phones) {
      it.setNetwork(true);
      it.loss = 0;
      it.line?.stall(false);
      // Where nothing follows what was left out, nothing on this line can tell.
      if (it.line?.owes) it.line.cut(true);
      it.start();
    }
    const whole = world.time;
    await world.until(whole + 2_000);
    const restMs = 2_000 + (await this.#rest(REST_MS));
    // Read marks and reactions on their way, and who hears of them.
    await world.until(world.time + 8_000);
    if (this.wrong.length === 0) await this.#rest(REST_MS - (world.time - whole));
    await this.#compare();
    this.#checkLog();
    for (const it of this.database.faults) this.wrong.unshift(`the model broke: ${it.stack ?? it.message}`);
    const { tables } = this.database;
    return {
      wrong: this.wrong,
      trace: world.trace,
      turns: world.turns,
      acked: [...this.sends.values()].filter((it) => it.ackedAt !== undefined).length,
      events: [...tables.events.values()].reduce((sum, it) => sum + it.length, 0),
      restMs,
    };
  }

  /** Until everybody is caught up. Answers the virtual milliseconds it took. */
  async #rest(most: number): Promise<number> {
    const { world } = this;
    const since = world.time;
    while (this.#unsettled().length > 0 && world.time < since + most) await world.until(world.time + 2_000);
    this.wrong.push(...this.#unsettled());
    return world.time - since;
  }

  #unsettled(): string[] {
    const { tables } = this.database;
    return this.phones.flatMap((phone) => {
      const { app } = phone;
      if (!app) return [`${phone.name} is not open`];
      const { cursors } = app.device.connection.inbox;
      const ready = app.device.outbox.entries.peek().filter((it) => !it.refused && !it.held);
      if (ready.length > 0) return [`${phone.name} still has ${ready.length} to send: ${ready[0]!.name}`];
      const behind = [phone.account, ...this.groups.filter((it) => memberOf(tables, it, phone.account))].filter(
        (it) => cursors.get(it) !== tables.streams.get(it)!.head,
      );
      const gone = this.groups.filter((it) => !memberOf(tables, it, phone.account) && app.chats.peek(it));
      const marking = this.groups.filter((it) => app.receipts.ownRead(it) > 0);
      return [
        ...behind.map(
          (it) => `${phone.name} stands at ${String(cursors.get(it))} of ${tables.streams.get(it)!.head} in ${it}`,
        ),
        ...gone.map((it) => `${phone.name} still shows ${it}`),
        ...marking.map((it) => `${phone.name} has still to tell how far it has read ${it}`),
      ];
    });
  }

  /** Each device holds what one that begins with nothing is told. */
  async #compare(): Promise<void> {
    const { world } = this;
    const pictures = new Map<string, string>();
    const lines = new Map<string, Map<string, string>>();
    for (const account of this.people) {
      const fresh = this.#phone(account, `fresh ${account.slice(-2)}`, 0);
      fresh.start();
      await world.until(world.time + 20_000, () => fresh.app?.chats.known.peek() === true);
      if (!fresh.app?.chats.known.peek()) {
        this.wrong.push(`a fresh device of ${account} is told nothing`);
        continue;
      }
      const picture = await this.#picture(fresh, lines);
      pictures.set(account, picture);
      fresh.crash();
    }
    for (const phone of this.phones) {
      const mine = await this.#picture(phone, lines);
      const wanted = pictures.get(phone.account);
      if (mine !== wanted && wanted !== undefined)
        this.wrong.push(`${phone.name} differs from a fresh device: ${firstDifference(mine, wanted)}`);
      world.note(createHash('sha256').update(mine).digest('hex'));
    }
    // What two may both read is the same for both.
    for (const [line, versions] of lines)
      if (new Set(versions.values()).size > 1)
        this.wrong.push(`line ${line} is not the same for all: ${[...new Set(versions.values())].join(' | ')}`);
  }

  async #picture(phone: Phone, lines: Map<string, Map<string, string>>): Promise<string> {
    const { app } = phone;
    if (!app) return 'nothing';
    const shown: Record<string, readonly Line[]> = {};
    for (const group of this.groups.filter((it) => app.chats.peek(it))) {
      const conversation = app.messages.conversation(group);
      let done = false;
      const read = async (): Promise<void> => {
        await conversation.open();
        for (let page = 0; page < 20 && !conversation.shown.peek().first && !conversation.trouble.peek(); page += 1)
          await conversation.older();
        done = true;
      };
      this.world.after(0, phone.owner, () => void read());
      await this.world.until(this.world.time + 30_000, () => done);
      // One's own reactions stand in the order in which they were given, by the clocks of nodes that do not agree.
      shown[group] = (conversation.shown.peek().lines as readonly (Line & { mine?: readonly string[] })[]).map((it) =>
        it.mine ? { ...it, mine: [...it.mine].sort() } : it,
      );
      for (const line of shown[group]) {
        const { mine: _mine, ...common } = line as Line & { mine?: unknown };
        const key = `${group} ${line.seq}`;
        if (!lines.has(key)) lines.set(key, new Map());
        lines.get(key)!.set(phone.name, canonical(common));
      }
    }
    // Whose name is known depends on what was looked at.
    const chats = app.chats.snapshot().chats.map(({ lastBy: _lastBy, last, ...chat }) => ({
      ...chat,
      // A notice has no id of its own in the live event.
      last: last?.kind === 'notice' ? { ...last, id: `notice-${last.seq}` } : last,
    }));
    return canonical({ chats, shown });
  }

  #checkLog(): void {
    const { tables } = this.database;
    const said = new Map<string, string>();
    for (const { id, sender, group, input } of this.sends.values()) {
      const text = `${sender} ${group} ${(input as { text?: string }).text ?? ''}`;
      if (tables.messages.has(id)) {
        if (said.has(text)) this.wrong.push(`${said.get(text)!} and ${id} are one message, said twice`);
        said.set(text, id);
      }
    }
    // What an outbox has asked for once, it had written down before.
    for (const { id, sender } of this.sends.values()) {
      if (tables.messages.has(id) || this.#refused.has(id)) continue;
      const waits = this.phones.some((it) => it.app?.device.outbox.entries.peek().some((entry) => entry.id === id));
      if (!waits) this.wrong.push(`${id} of ${sender} was neither said nor refused, and waits nowhere`);
    }
    for (const group of this.groups) {
      const rows = tables.events.get(group) ?? [];
      const members = new Set(this.people);
      /** By account: the numbers after which they were in, and the one that put them out. */
      const spans = new Map(this.people.map((it) => [it, [{ from: 0, to: Infinity }]]));
      const memberAt = new Set<string>();
      for (const row of rows) {
        const { accounts = [] } = (row.body ?? {}) as { accounts?: string[] };
        if (row.name === 'member.added')
          for (const id of accounts) {
            members.add(id);
            spans.get(id)!.push({ from: row.seq - 1, to: Infinity });
          }
        if (row.name === 'member.left' || row.name === 'member.removed')
          for (const id of accounts) {
            members.delete(id);
            spans.get(id)!.at(-1)!.to = row.seq;
          }
        if (row.by && members.has(row.by)) memberAt.add(`${row.by} ${row.seq}`);
      }
      this.wrong.push(
        ...check({
          sends: [...this.sends.values()].filter((it) => it.group === group),
          numbers: rows.map((it) => it.seq),
          lines: rows
            .filter((it) => it.name === 'message.sent')
            .map((it) => ({ id: it.message!, seq: it.seq, sender: it.by! })),
          heard: [],
          isMember: (sender, seq) => memberAt.has(`${sender} ${seq}`),
        }),
      );
      for (const it of this.heard) {
        if (it.stream !== group) continue;
        if (!spans.get(it.account)!.some(({ from, to }) => it.n > from && it.n < to))
          this.wrong.push(`${it.account} was told ${it.n} of ${group}, where they were no member`);
      }
    }
  }
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, it: unknown) =>
    it && typeof it === 'object' && !Array.isArray(it)
      ? Object.fromEntries(
          Object.entries(it)
            .filter(([, one]) => one !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : it,
  );
}

function firstDifference(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return `…${a.slice(Math.max(0, at - 150), at + 120)}… instead of …${b.slice(Math.max(0, at - 20), at + 120)}…`;
}

/** Runs the history of a seed, or these steps with the chances of that seed. */
export async function simulate(
  seed: number,
  shape: Shape,
  steps: readonly Step[] = historyOf(seed, shape),
): Promise<Result> {
  const world = new World(seed);
  // Before anything of it is made: a node sets its timers as it begins.
  const restore = world.install();
  try {
    return await new History(world, shape).run(steps);
  } finally {
    restore();
  }
}

/** Fewer steps that still fail, by leaving out parts of them as long as that is so and `tries` lasts. */
export async function shrink(seed: number, shape: Shape, tries = 200): Promise<Step[]> {
  let steps = historyOf(seed, shape);
  let left = tries;
  for (let size = Math.ceil(steps.length / 2); size >= 1 && left > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < steps.length && left > 0;) {
      const fewer = [...steps.slice(0, from), ...steps.slice(from + size)];
      left -= 1;
      if ((await simulate(seed, shape, fewer)).wrong.length > 0) steps = fewer;
      else from += size;
    }
  }
  return steps;
}
