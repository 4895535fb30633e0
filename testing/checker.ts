/**
 * Was anything lost, doubled or disordered? Every send carries a unique id and the server gives one gapless sequence a
 * stream, so the check is linear in what happened.
 */
export interface SendRecord {
  readonly id: string;
  readonly sender: string;
  /** Milliseconds of one monotonic clock. */
  readonly startedAt: number;
  /** Undefined where no acknowledgement came; it may have been written all the same. */
  readonly ackedAt?: number | undefined;
  readonly seq?: number | undefined;
}

export interface Line {
  readonly id: string;
  readonly seq: number;
  readonly sender: string;
}

export interface Observation {
  /** All sends into one stream, acknowledged or not. */
  readonly sends: readonly SendRecord[];
  /** The stream as read in full afterwards: numbers of all events, and the messages among them. */
  readonly numbers: readonly number[];
  readonly lines: readonly Line[];
  /** What each device heard live, in the order in which it heard it; a device that reconnects goes on in the same list. */
  readonly heard: readonly { readonly device: string; readonly numbers: readonly number[] }[];
  /** Was the sender a member when this number was given out? */
  readonly isMember?: (sender: string, seq: number) => boolean;
}

/** Everything that is wrong, in words; empty where nothing is. */
export function check(seen: Observation): string[] {
  const wrong: string[] = [];
  const byId = new Map<string, Line>();
  for (const line of seen.lines) {
    if (byId.has(line.id)) wrong.push(`twice in the stream: ${line.id}`);
    byId.set(line.id, line);
    if (seen.isMember && !seen.isMember(line.sender, line.seq))
      wrong.push(`from no member: ${line.seq} by ${line.sender}`);
  }
  seen.numbers.forEach((n, at) => {
    if (n !== seen.numbers[0]! + at) wrong.push(`gap or disorder in the stream at ${n}`);
  });
  const acked = seen.sends.filter((it) => it.ackedAt !== undefined);
  for (const send of acked) {
    const line = byId.get(send.id);
    if (!line) wrong.push(`acknowledged and lost: ${send.id}`);
    else if (line.seq !== send.seq) wrong.push(`acknowledged as ${send.seq}, stands at ${line.seq}: ${send.id}`);
    else if (line.sender !== send.sender) wrong.push(`another's name on ${send.id}`);
  }
  const known = new Set(seen.sends.map((it) => it.id));
  for (const line of seen.lines) if (!known.has(line.id)) wrong.push(`nobody sent ${line.id}`);

  // If m1 was acknowledged before m2 was sent, m1 stands before m2; holds for one sender's messages too.
  const byAck = acked.toSorted((a, b) => a.ackedAt! - b.ackedAt!);
  const byStart = seen.sends.filter((it) => byId.has(it.id)).toSorted((a, b) => a.startedAt - b.startedAt);
  let next = 0;
  let highest = -1;
  for (const send of byStart) {
    for (; next < byAck.length && byAck[next]!.ackedAt! < send.startedAt; next += 1)
      highest = Math.max(highest, byAck[next]!.seq!);
    const { seq } = byId.get(send.id)!;
    if (seq < highest) wrong.push(`${seq} was sent after ${highest} had been acknowledged`);
  }

  for (const { device, numbers } of seen.heard) {
    let last: number | undefined;
    for (const n of numbers) {
      if (last !== undefined && n !== last + 1) wrong.push(`${device} heard ${n} after ${last}`);
      last = n;
    }
  }
  return wrong;
}
