// What a house of a given size needs, calculated from what was measured: node bench/scale/model.ts prints the tables of docs/scale.md.
import { Random } from '../../testing/random.ts';

/** Measured on the machine of docs/performance.md, one core of it each; where a range was measured, its lower end. */
export const MEASURED = {
  /** Told to sockets a second by one core of a node, one message under way at a time. */
  deliveriesPerCore: 90_000,
  /** Acknowledged a second by one core of a node, 64 groups. */
  sendsPerCore: 17_000,
  /** Written a second by one PostgreSQL over one connection, 64 a commit, on a disk that commits in 0.3 ms. */
  sendsPerPostgres: 15_000,
  /** The same into one stream, whose row is locked by each commit. */
  sendsPerStream: 16_000,
  walBytes: 1_220,
  /** messages, events and message_ids with their indexes, a short text. */
  rowBytes: 383 + 174 + 92,
  /** Of them those of events, which go after 30 days. */
  eventBytes: 174,
  /** In the process; the kernel’s part is an assumption below. */
  connectionKB: 10,
  /** Processor time of a node to let one device come back. */
  resumeMs: 2.5,
} as const;

/** Nobody measured these here; each says where it comes from. */
export const ASSUMED = {
  /** Of the day’s messages those of its busiest hour: office traffic has two peaks a day. */
  busiestHour: 0.15,
  /** The busiest second of that hour against its mean: an announcement is answered by everybody at once. */
  busiestSecond: 3,
  /** How much of what it bears anything is to be given. */
  use: 0.5,
  /** The kernel’s buffers of a quiet socket. */
  kernelKB: 6,
  /** Memory of a node for its connections. */
  nodeGB: 2,
  /** Messages a second through one NATS server, of some hundred bytes. */
  natsPerServer: 300_000,
  /** Connections one PostgreSQL serves without a pooler before it; each node opens 24. */
  postgresConnections: 500,
  poolOfNode: 24,
  /** Devices of a person that are connected while they are. */
  devices: 1.3,
} as const;

/** How large the conversation is into which a message goes: share of messages, smallest, largest; even between them by logarithm. */
const GROUPS: readonly (readonly [share: number, least: number, most: number])[] = [
  [0.45, 2, 2],
  [0.35, 3, 30],
  [0.17, 30, 300],
  [0.029, 300, 5_000],
  [0.001, 5_000, 100_000],
];

export interface House {
  readonly name: string;
  readonly people: number;
  /** Messages a person and day. */
  readonly each: number;
  /** Of the people those who are connected at the peak. */
  readonly connected: number;
}

export const HOUSES: readonly House[] = [
  { name: 'commune', people: 100, each: 40, connected: 0.7 },
  { name: 'province', people: 50_000, each: 40, connected: 0.6 },
  { name: 'country', people: 3_000_000, each: 40, connected: 0.5 },
  { name: 'Zalo’s size', people: 80_000_000, each: 25, connected: 0.3 },
];

export interface Need {
  readonly house: House;
  readonly perDay: number;
  /** In the busiest second. */
  readonly sends: number;
  readonly sockets: number;
  /** Sockets that hear one message, on average. */
  readonly heard: number;
  readonly deliveries: number;
  readonly nodes: number;
  /** What the number of nodes comes from. */
  readonly by: 'connections' | 'deliveries' | 'one is enough';
  /** Nodes that have somebody in the stream of a message, on average, and how many copies NATS hands out a second for it. */
  readonly interested: number;
  readonly natsPerSecond: number;
  readonly natsServers: number;
  readonly postgres: number;
  readonly walMBs: number;
  readonly gbAYear: number;
  /** Until everybody is back after all nodes were restarted. */
  readonly stormSeconds: number;
  /** Mean wait before the busiest second’s message is written, beside the writing itself, in milliseconds. */
  readonly waitMs: number;
}

const SAMPLES = 20_000;

/**
 * Sizes of groups and where their members are connected, drawn: members are on any node with the same chance, since a load balancer knows
 * nothing of groups. Answers the mean number of sockets that hear a message and of nodes with at least one of them.
 */
function drawn(house: House, nodes: number): { heard: number; interested: number } {
  const random = new Random(1);
  let heard = 0;
  let interested = 0;
  for (let at = 0; at < SAMPLES; at += 1) {
    let left = random.next();
    const [, least, most] = GROUPS.find(([share]) => (left -= share) < 0) ?? GROUPS[0]!;
    const size = Math.min(house.people, Math.round(least * (most / least) ** random.next()));
    const sockets = size * house.connected * ASSUMED.devices;
    heard += sockets;
    // The chance of each node to have none of them is (1 - 1/nodes) to the number of sockets.
    interested += nodes * (1 - (1 - 1 / nodes) ** sockets);
  }
  return { heard: heard / SAMPLES, interested: interested / SAMPLES };
}

export function needOf(house: House): Need {
  const perDay = house.people * house.each;
  const sends = (perDay * ASSUMED.busiestHour * ASSUMED.busiestSecond) / 3_600;
  const sockets = house.people * house.connected * ASSUMED.devices;
  const { heard } = drawn(house, 1);
  const deliveries = sends * heard;
  const forSockets = (sockets * (MEASURED.connectionKB + ASSUMED.kernelKB)) / (ASSUMED.nodeGB * 1_048_576);
  const forDeliveries = (deliveries / MEASURED.deliveriesPerCore + sends / MEASURED.sendsPerCore) / ASSUMED.use;
  const nodes = Math.max(1, Math.ceil(Math.max(forSockets, forDeliveries)));
  const { interested } = drawn(house, nodes);
  // The node that wrote it hears it from NATS too where it has somebody in the stream.
  const natsPerSecond = nodes === 1 ? 0 : sends * interested;
  const postgres = Math.max(1, Math.ceil(sends / (MEASURED.sendsPerPostgres * ASSUMED.use)));
  const load = sends / postgres / MEASURED.sendsPerPostgres;
  const days = 365;
  return {
    house,
    perDay,
    sends,
    sockets,
    heard,
    deliveries,
    nodes,
    by: nodes === 1 ? 'one is enough' : forSockets > forDeliveries ? 'connections' : 'deliveries',
    interested,
    natsPerSecond,
    natsServers: nodes === 1 ? 0 : Math.max(3, Math.ceil(natsPerSecond / (ASSUMED.natsPerServer * ASSUMED.use))),
    postgres,
    walMBs: (sends * MEASURED.walBytes) / 1e6,
    gbAYear: (perDay * days * (MEASURED.rowBytes - MEASURED.eventBytes) + perDay * 30 * MEASURED.eventBytes) / 1e9,
    stormSeconds: (sockets / nodes) * (MEASURED.resumeMs / 1_000),
    // One server, batches of 64 of always the same length: M/D/1.
    waitMs: ((load / (2 * (1 - load))) * 64_000) / MEASURED.sendsPerPostgres,
  };
}

const number = (value: number): string =>
  value >= 1_000 ? Math.round(value).toLocaleString('en-US') : value >= 10 ? value.toFixed(0) : value.toFixed(2);

export function tableOf(needs: readonly Need[]): string {
  const row = (name: string, of: (need: Need) => string): string => `| ${[name, ...needs.map(of)].join(' | ')} |`;
  return [
    row('', ({ house }) => `${house.name}, ${house.people.toLocaleString('en-US')} people`),
    `|${' --- |'.repeat(needs.length + 1)}`,
    row('messages a day', (it) => number(it.perDay)),
    row('sends in the busiest second', (it) => number(it.sends)),
    row('sockets at the peak', (it) => number(it.sockets)),
    row('sockets that hear a message, mean', (it) => number(it.heard)),
    row('deliveries in the busiest second', (it) => number(it.deliveries)),
    row('nodes of one core, half used', (it) => `${number(it.nodes)} (${it.by})`),
    row('nodes interested in a message, mean', (it) => number(it.interested)),
    row('copies NATS hands out a second', (it) => number(it.natsPerSecond)),
    row('NATS servers', (it) => number(it.natsServers)),
    row('PostgreSQL for the writing, half used', (it) => number(it.postgres)),
    row('wait before a write, mean', (it) => `${number(it.waitMs)} ms`),
    row('write-ahead log', (it) => `${number(it.walMBs)} MB/s`),
    row('rows after a year', (it) => `${number(it.gbAYear)} GB`),
    row('connections of nodes to each PostgreSQL', (it) => number(it.nodes * ASSUMED.poolOfNode)),
    row('all back after a restart of all', (it) => `${number(it.stormSeconds)} s`),
  ].join('\n');
}

if (import.meta.main) console.log(tableOf(HOUSES.map(needOf)));
