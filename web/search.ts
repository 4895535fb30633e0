import { useEffect, useRef, useState } from 'preact/hooks';

const PAUSE_MS = 180;

export interface Found<T> {
  /** Of the last query that was answered; undefined before the first. They stay in sight while the next is under way. */
  hits: readonly T[] | undefined;
  error: unknown;
  busy: boolean;
  retry: () => void;
}

/** Asks a little after the last key, shows answers in the order of the questions, forgets when the query is emptied. */
export function useSearch<T>(query: string, ask: (text: string) => Promise<readonly T[]>): Found<T> {
  const text = query.trim();
  const [found, setFound] = useState<{ hits?: readonly T[]; error?: unknown; busy: boolean }>({ busy: text !== '' });
  const [attempt, setAttempt] = useState(0);
  const asked = useRef(ask);
  asked.current = ask;
  useEffect(() => {
    if (text === '') {
      setFound({ busy: false });
      return undefined;
    }
    let current = true;
    setFound((was) => ({ ...was, error: undefined, busy: true }));
    const timer = setTimeout(() => {
      asked.current(text).then(
        (hits) => current && setFound({ hits, busy: false }),
        (error: unknown) => current && setFound({ error, busy: false }),
      );
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [text, attempt]);
  return { hits: found.hits, error: found.error, busy: found.busy, retry: () => setAttempt((n) => n + 1) };
}
