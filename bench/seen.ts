// (c) From sending until the last of all members has it on the line, at a pace as in a busy group: commit, delivery and all.
import { Broadcaster, Load, Measured } from './measured.ts';
import type { Pace } from './measured.ts';
import { median, ms, whole } from './table.ts';
import type { Row, Scale } from './table.ts';

const RATE = 20;

export async function seen(scale: Scale): Promise<Row[]> {
  const listeners = scale.quick ? 20 : 1_000;
  const measured = await Measured.open({ people: listeners, groups: 0, each: 0, messages: 0 });
  const broadcaster = await Broadcaster.open();
  const { address, cookies, groups } = measured.house;
  const devices = cookies.map((cookie) => ({ cookie, group: groups[0]! }));
  const own = await Load.open(address, devices);
  const bare = await Load.open(broadcaster.address, devices);
  await own.connect(listeners);
  await bare.connect(listeners);
  const wish = { rate: RATE, seconds: scale.quick ? 0.5 : 10, listeners };
  const rounds: { own: Pace; bare: Pace }[] = [];
  for (let round = -1; round < scale.rounds; round += 1) {
    const length = { ...wish, seconds: round < 0 ? wish.seconds / 5 : wish.seconds };
    const pair = { own: await own.pace(length), bare: await bare.pace(length) };
    if (round >= 0) rounds.push(pair);
  }
  await own.close();
  await bare.close();
  await broadcaster.close();
  await measured.close();
  const row = (name: 'p50' | 'p99'): Row => {
    const figure = median(rounds.map((it) => it.own[name]));
    const limit = median(rounds.map((it) => it.bare[name]));
    return {
      bench: 'seen',
      what: `${RATE}/s to ${whole(listeners)} members, ${name}`,
      figure: ms(figure),
      limit: ms(limit),
      ratio: limit / figure,
      ...(name === 'p50'
        ? { note: `of it to the commit and its answer: ${ms(median(rounds.map((it) => it.own.ackP50)))}` }
        : {}),
    };
  };
  return [row('p50'), row('p99')];
}
