import type { Device } from '../../../web/device.ts';
import { Problem } from '../../../protocol/problem.ts';
import { compile } from '../rules/judge.ts';
import type { Judge } from '../rules/judge.ts';
import type { RuleSet } from '../rules/ruleset.ts';

const KEPT = 'secrecy rules';

/** What this device can tell of a text before it is sent. The server decides. */
export interface Early {
  suspects(text: string): boolean;
}

interface Kept {
  readonly on: boolean;
  readonly rules: RuleSet;
}

/** Reads the rules in force, from the device where there is no line; says nothing where the agency wants no such warning. */
export async function openEarly(device: Device): Promise<Early> {
  let judge: Judge | undefined;
  let last: { text: string; suspect: boolean } | undefined;
  let kept = await device.cache.get<Kept>('meta', KEPT);
  const take = (): void => {
    judge = kept?.on ? compile(kept.rules) : undefined;
    last = undefined;
  };
  const ask = async (): Promise<void> => {
    try {
      const known = kept?.on ? kept.rules.version : null;
      const { on, rules } = await device.connection.call('secrecy.rules', { known });
      if (rules) kept = { on, rules };
      else if (!on && kept) kept = { ...kept, on };
      else return;
      device.cache.put('meta', KEPT, kept);
      take();
    } catch (error) {
      // Without a line it is asked again with the next one.
      if (!(error instanceof Problem)) device.world.fault(error);
    }
  };
  take();
  device.connection.listen({ welcome: () => void ask() });
  if (kept) void ask();
  else await ask();
  return {
    suspects(text) {
      if (last?.text !== text) last = { text, suspect: judge?.text(text, { kind: 'chat' }).refused ?? false };
      return last.suspect;
    },
  };
}
