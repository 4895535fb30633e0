import { useEffect, useState } from 'preact/hooks';

import { ProgressBar } from '../../../web/ui/progress.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { refusalWords } from '../../groups/view/refusals.ts';
import { InParts } from '../state/parts.ts';
import type { PartsDone } from '../state/parts.ts';
import { strings } from '../strings/bulk.ts';
import '../members.css';

export interface PartsView {
  readonly busy: boolean;
  /** Why it is not done yet. */
  readonly refusal: string | undefined;
  /** Some of it is done: pressing again goes on with the rest. */
  readonly begun: boolean;
  readonly parts: InParts;
  /** Undefined where it is not done: the refusal says why. */
  run(
    accounts: readonly string[],
    wish: unknown,
    send: (part: string[], id: string) => Promise<number>,
  ): Promise<PartsDone | undefined>;
}

/** One wish about many people, sent in parts; leaving the screen ends it after the part that is under way. */
export function useParts(nameOf: (account: string) => string | undefined, most?: number): PartsView {
  const [parts] = useState(() => new InParts(most));
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  useEffect(() => () => parts.stop(), []);
  return {
    busy,
    refusal,
    begun: !busy && parts.settled.value > 0 && parts.settled.value < parts.total.value,
    parts,
    async run(accounts, wish, send) {
      setBusy(true);
      setRefusal(undefined);
      const outcome = await parts.run(accounts, JSON.stringify(wish), (part, id) => send([...part], id));
      const done = parts.settled.peek();
      const n = parts.total.peek();
      if (outcome.stopped) {
        showToast({ words: strings('stopped', { done, n }), icon: null });
        return undefined;
      }
      setBusy(false);
      if (outcome.error === undefined) return outcome;
      const why = refusalWords(outcome.error, nameOf);
      setRefusal(done > 0 ? strings('partly', { done, n, why }) : why);
      return undefined;
    },
  };
}

/** How far it has come; nothing where one part is all. */
export function PartsProgress({ view, most }: { view: PartsView; most: number }) {
  const { parts, busy } = view;
  const done = parts.settled.value;
  const n = parts.total.value;
  if (!busy || n <= most) return null;
  const words = strings('progress', { done, n });
  return (
    <div class="parts-progress" role="status">
      <ProgressBar value={done} max={n} label={words} />
      <p>{words}</p>
    </div>
  );
}

/** What was done, and how many were passed over. */
export function saidOf(said: string, { out }: PartsDone): string {
  return out.length > 0 ? strings('notAll', { said, n: out.length }) : said;
}
