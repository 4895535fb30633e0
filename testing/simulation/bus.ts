import type { House } from '../../server/house.ts';
import type { Owner, World } from './clock.ts';

type Bus = House['bus'];

/** What those of one node hear of each other: at once. */
function ownBus(): Pick<Bus, 'publish' | 'subscribe'> {
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  return {
    publish(subject, payload) {
      for (const hear of Array.from(listeners.get(subject) ?? [])) hear(payload);
    },
    subscribe(subject, hear) {
      const found = listeners.get(subject) ?? new Set();
      listeners.set(subject, found);
      found.add(hear);
      return () => {
        found.delete(hear);
        if (found.size === 0 && listeners.get(subject) === found) listeners.delete(subject);
      };
    },
  };
}

/** What may become of a wake-up between nodes, in parts of a hundred. */
export interface Weather {
  readonly lost: number;
  readonly doubled: number;
  readonly late: number;
}

interface Joined {
  readonly own: Pick<Bus, 'publish'>;
  readonly line: { up: boolean; readonly turns: Set<(up: boolean) => void> };
}

/** As long as a node does not hear of the bus, until it says that its line is down. */
const SILENT_MS = 3_000;

/** The bus between nodes: it loses, doubles, delays and so reorders, is parted, and is away altogether. On a node itself it is immediate. */
export class SimulatedBus {
  weather: Weather = { lost: 0, doubled: 0, late: 0 };
  /** Away: nothing passes. */
  away = false;
  readonly #world: World;
  readonly #nodes = new Map<Owner, Joined>();
  readonly #cut = new Set<Owner>();

  constructor(world: World) {
    this.#world = world;
  }

  /** What this node says is heard by nobody else, nor does it hear. */
  part(node: Owner): void {
    this.#cut.add(node);
    this.#look();
  }

  /** NATS itself is gone. */
  end(): void {
    this.away = true;
    this.#look();
  }

  heal(): void {
    this.#cut.clear();
    this.away = false;
    this.#look();
  }

  /** Each node finds out by itself whether it hears of the others. */
  #look(): void {
    for (const [node, { line }] of this.#nodes) {
      this.#world.after(this.#isUp(node) ? this.#world.between(200, 2_000) : SILENT_MS, node, () => {
        const up = this.#isUp(node);
        if (up === line.up) return;
        line.up = up;
        Array.from(line.turns).forEach((hear) => hear(up));
      });
    }
  }

  #isUp(node: Owner): boolean {
    return !this.away && !this.#cut.has(node);
  }

  join(node: Owner): Bus {
    const own = ownBus();
    const line = { up: true, turns: new Set<(up: boolean) => void>() };
    this.#nodes.set(node, { own, line });
    return {
      line: {
        get up() {
          return line.up;
        },
        onTurn: (hear: (up: boolean) => void) => {
          line.turns.add(hear);
          return () => line.turns.delete(hear);
        },
      },
      subscribe: own.subscribe,
      publish: (subject, payload) => {
        own.publish(subject, payload);
        if (!this.#isUp(node)) return;
        const text = JSON.stringify(payload);
        for (const [other, it] of this.#nodes)
          if (other !== node && !this.#cut.has(other) && other.alive) this.#carry(other, it.own, subject, text);
      },
    };
  }

  leave(node: Owner): void {
    this.#nodes.delete(node);
  }

  #carry(other: Owner, bus: Pick<Bus, 'publish'>, subject: string, text: string): void {
    const world = this.#world;
    const { random } = world;
    if (random.percent(this.weather.lost)) return;
    const times = random.percent(this.weather.doubled) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      const late = random.percent(this.weather.late) ? world.between(20, 3_000) : 0;
      world.after(world.between(0.3, 2) + late, other, () => {
        if (this.#isUp(other)) bus.publish(subject, JSON.parse(text));
      });
    }
  }
}
