import { Problem } from '../protocol/problem.ts';

/** No answer came: the network, not the server, is at fault. Doing the same again, with the same id, is safe. */
export function unreachable(): Problem {
  return new Problem('unreachable', { status: 0, retry: true, summary: 'No answer from the server.' });
}

/** A problem as it came over the wire, from a frame or from an RFC 9457 document. */
export function problemFrom(wire: unknown, status = 0): Problem {
  const { code, retry, type: _type, title: _title, status: told, ...details } = (wire ?? {}) as Record<string, unknown>;
  if (typeof code !== 'string') return new Problem('fault', { status, retry: true, summary: '' });
  return new Problem(
    code,
    { status: typeof told === 'number' ? told : status, retry: retry === true, summary: '' },
    details,
  );
}

export interface Post {
  readonly fetch: typeof fetch;
  /** In front of `/api/`; empty in a browser. */
  readonly base: string;
  readonly name: string;
  readonly id: string;
  readonly input: unknown;
  readonly timeoutMs?: number;
}

/** `POST /api/<noun.verb>`. Answers the output or throws a `Problem`, also where nothing could be reached. */
export async function postAction({ fetch, base, name, id, input, timeoutMs = 20_000 }: Post): Promise<unknown> {
  let response: Response;
  let body: string;
  const impatience = new AbortController();
  const timer = setTimeout(() => impatience.abort(), timeoutMs);
  try {
    response = await fetch(`${base}/api/${name}`, {
      method: 'POST',
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      headers: { 'content-type': 'application/json', 'idempotency-key': id },
      body: JSON.stringify(input),
      signal: impatience.signal,
    });
    body = await response.text();
  } catch {
    throw unreachable();
  } finally {
    clearTimeout(timer);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    parsed = undefined;
  }
  if (response.ok && parsed !== undefined) return parsed;
  // A proxy's own page says nothing about the action.
  if (parsed === undefined) throw unreachable();
  throw problemFrom(parsed, response.status);
}
