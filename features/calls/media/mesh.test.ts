import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { TestWorld } from '../../../testing/world.ts';
import type { Said, Seat } from '../protocol.ts';
import type { MediaLink } from './link.ts';
import { openMesh } from './mesh.ts';
import type { Platform } from './platform.ts';

/** Connections as the browser makes them, as far as the two ends agree: connected once each has what the other one said last. */
class Sky {
  readonly peers: SkyPeer[] = [];
  /** Nothing passes between the devices themselves. */
  dark = false;
  made = 0;
}

class SkyPeer {
  onicecandidate: unknown = null;
  signalingState = 'stable';
  local = '';
  remote = '';
  closed = false;
  /** Was connected once: what is broken since is stuttering, not beginning. */
  was = false;
  readonly #sky: Sky;
  readonly #lines: {
    sender: { track: unknown; replaceTrack(track: unknown): Promise<void>; getParameters(): object };
  }[] = [];

  constructor(sky: Sky) {
    this.#sky = sky;
    sky.peers.push(this);
  }

  get connectionState(): string {
    if (this.closed) return 'closed';
    const other = this.#sky.peers.find(
      (it) => !it.closed && it !== this && it.local !== '' && it.local === this.remote,
    );
    const met = other !== undefined && other.remote === this.local && !this.#sky.dark;
    if (met) this.was = true;
    return met ? 'connected' : this.was ? 'disconnected' : this.local === '' ? 'new' : 'connecting';
  }

  get remoteDescription(): { sdp: string } | null {
    return this.remote ? { sdp: this.remote } : null;
  }

  get localDescription(): { sdp: string } | null {
    return this.local ? { sdp: this.local } : null;
  }

  addTransceiver(): object {
    const sender = {
      track: null as unknown,
      replaceTrack: async (track: unknown) => void (sender.track = track),
      getParameters: () => ({ encodings: [] }),
    };
    const line = { sender, receiver: { track: {} }, direction: 'sendrecv' };
    this.#lines.push(line);
    return line;
  }

  getTransceivers(): object[] {
    return this.#lines;
  }

  restartIce(): void {}
  setConfiguration(): void {}

  async createOffer(): Promise<object> {
    return { type: 'offer', sdp: `offer ${(this.#sky.made += 1)}` };
  }

  async createAnswer(): Promise<object> {
    return { type: 'answer', sdp: `answer ${(this.#sky.made += 1)}` };
  }

  async setLocalDescription({ type, sdp }: { type: string; sdp: string }): Promise<void> {
    this.local = sdp;
    this.signalingState = type === 'offer' ? 'have-local-offer' : 'stable';
  }

  async setRemoteDescription({ type, sdp }: { type: string; sdp: string }): Promise<void> {
    if (type === 'answer' && this.signalingState !== 'have-local-offer')
      throw new DOMException('not now', 'InvalidStateError');
    if (type === 'offer') {
      assert.equal(this.signalingState, 'stable', 'never two offers at once');
      while (this.#lines.length < 3) this.addTransceiver();
    }
    this.remote = sdp;
    this.signalingState = type === 'offer' ? 'have-remote-offer' : 'stable';
  }

  async addIceCandidate(): Promise<void> {}
  async getStats(): Promise<Map<string, object>> {
    return new Map();
  }

  close(): void {
    this.closed = true;
  }
}

const SEATS = ['a', 'b'] as const;
type SeatId = (typeof SEATS)[number];

const seat = (id: string): Seat => ({
  id,
  person: { id, name: id } as Seat['person'],
  state: 'in',
  at: 0,
  mic: true,
  camera: false,
  screen: false,
  hand: null,
  leads: false,
});

/** Two devices; what they say to each other takes a moment, and is lost, doubled or held back as the test says. */
class Two {
  readonly sky = new Sky();
  readonly world = new TestWorld();
  readonly links = new Map<SeatId, MediaLink>();
  way: 'well' | 'lost' | 'twice' | 'late' = 'well';

  constructor() {
    for (const it of SEATS) this.open(it);
  }

  /** The page of this one is loaded, for the first time or again: what it had is gone without a word. */
  open(own: SeatId): void {
    this.links.get(own)?.close();
    const other = own === 'a' ? 'b' : 'a';
    const link = openMesh({
      own,
      ice: { servers: [], relayOnly: false, until: 0 },
      platform: {
        peer: () => new SkyPeer(this.sky),
        stream: (tracks: unknown[]) => ({ tracks }),
      } as unknown as Platform,
      world: this.world,
      say: async (_to, said) => this.#carry(own, other, said),
      ask: () => Promise.reject(new Error('there is no media server')),
      failed: (error) => this.world.fault(error),
    });
    this.links.set(own, link);
    link.seats([seat(other)]);
  }

  #carry(from: SeatId, to: SeatId, said: Said): void {
    const { way } = this;
    if (way === 'lost') return;
    for (let n = way === 'twice' ? 2 : 1; n > 0; n -= 1)
      this.world.after(way === 'late' ? 3_000 : 20 * n, () => this.links.get(to)?.said(from, said));
  }

  get connected(): boolean {
    return SEATS.every((own) => {
      const heard = [...this.links.get(own)!.heard.value.values()];
      return heard.length === 1 && heard[0]!.line === 'there';
    });
  }

  /** Seconds until both hear each other. */
  async connects(most: number): Promise<number> {
    for (let seconds = 0; seconds <= most; seconds += 1) {
      if (this.connected) return seconds;
      await this.world.pass(1_000);
    }
    throw new Error(`not connected after ${most} s`);
  }

  close(): void {
    for (const it of this.links.values()) it.close();
    assert.deepEqual(this.world.faults, []);
    assert.ok(this.sky.peers.every((it) => it.closed));
  }
}

test('two devices connect at once, with one connection each', async () => {
  const two = new Two();
  assert.ok((await two.connects(5)) <= 1);
  assert.equal(two.sky.peers.filter((it) => !it.closed).length, 2);
  two.close();
});

test('a page that is loaded again is heard again, whichever of the two it is', async () => {
  for (const which of SEATS) {
    const two = new Two();
    await two.connects(5);
    two.open(which);
    assert.ok((await two.connects(10)) <= 2, which);
    two.close();
  }
});

test('a line that is gone for a moment is found again by the same connection; where it stays away, with a new one', async () => {
  const two = new Two();
  await two.connects(5);
  const before = two.sky.peers.length;
  two.sky.dark = true;
  await two.world.pass(4_000);
  assert.equal(two.connected, false);
  two.sky.dark = false;
  await two.connects(2);
  assert.equal(two.sky.peers.length, before);
  two.sky.dark = true;
  await two.world.pass(120_000);
  two.sky.dark = false;
  await two.connects(35);
  assert.ok(two.sky.peers.length - before < 30, 'it is not tried without end');
  two.close();
});

test('who has left is let go', async () => {
  const two = new Two();
  await two.connects(5);
  for (const it of two.links.values()) it.seats([]);
  assert.deepEqual(
    [...two.links.values()].map((it) => it.heard.value.size),
    [0, 0],
  );
  assert.ok(two.sky.peers.every((it) => it.closed));
  two.close();
});

const step = fc.oneof(
  fc.record({ do: fc.constant('open' as const), who: fc.constantFrom(...SEATS) }),
  fc.record({ do: fc.constant('mend' as const), who: fc.constantFrom(...SEATS) }),
  fc.record({ do: fc.constant('way' as const), way: fc.constantFrom('well', 'lost', 'twice', 'late' as const) }),
  fc.record({ do: fc.constant('dark' as const), dark: fc.boolean() }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 8_000 }) }),
);

test('whatever was lost, doubled or late, and whoever began again: once the line is well they hear each other', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const two = new Two();
      for (const it of steps) {
        if (it.do === 'open') two.open(it.who);
        else if (it.do === 'mend') two.links.get(it.who)!.mend();
        else if (it.do === 'way') two.way = it.way;
        else if (it.do === 'dark') two.sky.dark = it.dark;
        else await two.world.pass(it.ms);
      }
      two.way = 'well';
      two.sky.dark = false;
      await two.connects(90);
      await two.world.pass(30_000);
      assert.ok(two.connected, 'and it stays so');
      two.close();
    }),
    { numRuns: 60 },
  );
});
