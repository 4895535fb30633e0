// What asking for the right to send costs, as a share of the processor time of a whole send in the same run. How somebody stands is in
// memory (features/groups/access.ts), so that no statement is added.
import { can, firstSettings, paceOf } from '../features/groups/rights.ts';
import type { GroupKind, Role, StandingFacts } from '../features/groups/rights.ts';
import { Load, Measured } from './measured.ts';
import { median } from './table.ts';
import type { Row, Scale } from './table.ts';

const AIM = 0.02;
const SENDERS = 64;
const KINDS = ['directive', 'coordination', 'area', 'announcement'] as const satisfies GroupKind[];
const ROLES = ['owner', 'deputy', 'clerk', 'member', 'reader'] as const satisfies Role[];

/** Every kind, role and mode; a third of the people with exceptions and a term. */
const standings: readonly StandingFacts[] = KINDS.flatMap((kind) =>
  ROLES.flatMap((role) =>
    [0, 1, 2].map((at) => ({
      kind,
      role,
      approver: false,
      approval: true,
      state: 'open' as const,
      settings: { ...firstSettings(kind), announcing: at === 1, slow: at === 2 ? 30 : 0 },
      ...(at === 0 && role !== 'owner'
        ? { roleUntil: 2_000_000_000_000, exceptions: { 'message.send': { allowed: true, until: 2_000_000_000_000 } } }
        : {}),
    })),
  ),
);

/** Seconds of processor for one question, with the pace that is asked beside it. */
function secondsForOne(questions: number): number {
  let allowed = 0;
  const before = process.cpuUsage();
  for (let n = 0; n < questions; n += 1) {
    const who = standings[n % standings.length]!;
    if (can(who, 'message.send', n) && paceOf(who, n) >= 0) allowed += 1;
  }
  const { user, system } = process.cpuUsage(before);
  if (allowed === 0 || allowed === questions) throw new Error('the question is not asked');
  return (user + system) / 1_000_000 / questions;
}

export async function rights({ quick, rounds, seconds }: Scale): Promise<Row[]> {
  const measured = await Measured.open({ people: SENDERS, groups: 1, each: 1, messages: 0 });
  const { address, cookies, groups } = measured.house;
  const load = await Load.open(
    address,
    cookies.map((cookie) => ({ cookie, group: groups[0]! })),
  );
  await load.connect(SENDERS);
  const sends: number[] = [];
  const questions: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const before = await measured.usage();
    const flood = await load.flood({ senders: SENDERS, window: 1, seconds, listeners: SENDERS });
    const after = await measured.usage();
    const question = secondsForOne(quick ? 100_000 : 5_000_000);
    if (round < 0) continue;
    sends.push((after.cpuSeconds - before.cpuSeconds) / flood.acked);
    questions.push(question);
  }
  await load.close();
  await measured.close();
  const ratio = median(questions) / median(sends);
  return [
    {
      bench: 'rights',
      what: 'may this person send: of a send, 64 senders',
      figure: `${(median(questions) * 1e9).toFixed(0)} ns`,
      limit: `${(median(sends) * 1e6).toFixed(0)} µs a send`,
      ratio,
      aim: `≤ ${AIM}`,
      met: ratio <= AIM,
      note: 'no statement: the standing is in memory, proved by the statement that writes',
    },
  ];
}
