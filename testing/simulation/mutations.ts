export interface Mutation {
  /** End of the path of the file that is changed. */
  readonly file: string;
  /** Stands in it exactly once. */
  readonly from: string;
  readonly to: string;
}

/** Bugs that are put in on purpose, one at a time: the simulation has to find each. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'a gap is not filled': {
    file: '/server/live.ts',
    from: 'if (frame.n === feed.seq + 1) this.#advance(stream, feed, frame, due);\n      else feed.held',
    to: 'if (frame.n > feed.seq) this.#advance(stream, feed, frame, due);\n      else feed.held',
  },
  'the comparing is left out': {
    file: '/server/live.ts',
    from: 'this.#comparing = setTimeout(() => void this.#compare(), wait);',
    to: 'this.#comparing = setTimeout(() => undefined, wait);',
  },
  'who comes in later is told what was before': {
    file: '/server/live.ts',
    from: 'if (feed.seq >= seq) return;\n    feed.ahead',
    to: 'if (seq >= 0) return;\n    feed.ahead',
  },
  'who is put out goes on hearing': {
    file: '/server/live.ts',
    from: "if (spec?.follow === 'end') {",
    to: 'if (false as boolean) {',
  },
  'rights are not proved at the commit': {
    file: '/features/messages/store.ts',
    from: 'join locked l on l.id = i.group_id and l.rights_version = i.rights_version\n',
    to: 'join locked l on l.id = i.group_id\n',
  },
  'the outbox forgets what got no answer': {
    file: '/web/outbox.ts',
    from: 'if (it?.retry && !hopeless) {',
    to: 'if (it?.retry && !hopeless) {\n          this.#drop(entry.id);',
  },
  'the device applies what it had': {
    file: '/web/inbox.ts',
    from: 'if (cursor !== undefined && frame.n <= cursor) return this.#options.repeated?.(frame);',
    to: 'if (cursor !== undefined && frame.n <= cursor) return this.#options.apply(frame);',
  },
  'the device does not ask for a gap': {
    file: '/web/connection.ts',
    from: 'if (!this.#live || this.#gapTimers.has(stream)) return;',
    to: 'if (stream) return;',
  },
  'a message is answered before its commit': {
    file: '/server/batch.ts',
    from: 'const outs = await this.#write(part.map((it) => it.entry));',
    to: 'const outs = part.map((it) => ({ id: (it.entry as { id: string }).id, seq: 1, ordinal: 1, at: new Date() })) as never[];\n        void this.#write(part.map((it) => it.entry)).catch(() => undefined);',
  },
  'the outbox makes a new id for a retry': {
    file: '/web/outbox.ts',
    from: 'id: entry.id,\n        });',
    to: 'id: newId(this.#world.now()),\n        });',
  },
};
