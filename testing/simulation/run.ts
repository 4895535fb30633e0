// One history after the other, from SIMULATION_SEED on; answers with a line of JSON for each that fails, and one in the end.
import { shrink, simulate } from './history.ts';

const seed = Number(process.env.SIMULATION_SEED ?? 1);
const histories = Number(process.env.SIMULATIONS ?? 1);
const shape = { people: 5, acts: Number(process.env.SIMULATION_ACTS ?? 200), nodes: 2 };
let failed = 0;
const say = (it: unknown): void => void process.stdout.write(`${JSON.stringify(it)}\n`);
const since = performance.now();
const sums = { acked: 0, events: 0, turns: 0, restMs: 0, trace: 0 };
for (let at = 0; at < histories; at += 1) {
  const result = await simulate(seed + at, shape);
  sums.acked += result.acked;
  sums.events += result.events;
  sums.turns += result.turns;
  sums.trace = (Math.imul(sums.trace, 31) + result.trace) | 0;
  sums.restMs = Math.max(sums.restMs, result.restMs);
  if (result.wrong.length === 0) continue;
  failed += 1;
  say({ seed: seed + at, wrong: result.wrong.slice(0, 5) });
  if (process.env.SIMULATION_SHRINK) for (const it of await shrink(seed + at, shape)) say(it);
  if (process.env.SIMULATION_FIRST) break;
}
say({ seed, histories, failed, ...sums, seconds: Math.round((performance.now() - since) / 100) / 10 });
