/**
 * A problem is an answer, not a fault: one of a closed list of codes that tells the client what was wrong and whether
 * doing the same again can help. Over HTTP it becomes an RFC 9457 document, in a frame the same fields without the status.
 */
export interface ProblemKind {
  readonly status: number;
  /** True where the very same request may succeed later. */
  readonly retry?: boolean;
  readonly summary: string;
}

export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly retry: boolean;
  /** What the screen needs in order to explain it: a right's name, seconds to wait, the field. Never a user's text. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, kind: ProblemKind, details: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.name = 'Problem';
    this.code = code;
    this.status = kind.status;
    this.retry = kind.retry ?? false;
    this.details = details;
  }
}

export type ProblemFactory<K extends string> = ((code: K, details?: Readonly<Record<string, unknown>>) => Problem) & {
  readonly kinds: Readonly<Record<K, ProblemKind>>;
};

/** Declares a noun's problems: the factory makes them, `kinds` lists them for the documentation. */
export function problems<const T extends Record<string, ProblemKind>>(kinds: T): ProblemFactory<keyof T & string> {
  const make = (code: keyof T & string, details?: Readonly<Record<string, unknown>>): Problem =>
    new Problem(code, kinds[code]!, details);
  return Object.assign(make, { kinds });
}

/** Problems that any action can answer with. */
export const problem = problems({
  malformed: {
    status: 400,
    summary: 'The input does not have the declared shape; `field` names the first wrong place.',
  },
  too_large: { status: 413, summary: 'The request is larger than the limit.' },
  signed_out: { status: 401, summary: 'No session, or it has ended.' },
  forbidden: { status: 403, summary: 'The actor may see it but not do this; `right` names what is missing.' },
  confirm_needed: {
    status: 403,
    summary: 'Administrator rights rest on this device: enter a fresh code (`account.confirm`), then do it again.',
  },
  not_found: { status: 404, summary: 'It does not exist, or the actor may not see it. The two are not told apart.' },
  no_such_action: { status: 404, summary: 'No action has this name.' },
  wrong_door: { status: 405, summary: 'This action is not offered at this door.' },
  'action.id_missing': { status: 400, summary: 'A changing action needs a client-made id.' },
  'action.id_reused': { status: 409, summary: 'The id was used before for a different request.' },
  outdated: { status: 426, summary: 'The client speaks an older protocol version; reload.' },
  too_fast: { status: 429, retry: true, summary: 'Over the rate limit; `wait` is the number of seconds to wait.' },
  busy: {
    status: 503,
    retry: true,
    summary: 'The server sheds load or cannot commit just now; try again after `wait` seconds.',
  },
  'server.storage_full': {
    status: 507,
    retry: true,
    summary:
      'The disk of the server is full, or nearly: nothing that takes room is taken; try again after `wait` seconds.',
  },
  fault: { status: 500, retry: true, summary: 'Our fault; `id` is the number to quote.' },
});

/** A problem as it stands on the wire. */
export interface WireProblem {
  readonly code: string;
  readonly retry?: boolean;
  readonly [detail: string]: unknown;
}

export function wireProblem(it: Problem): WireProblem {
  return { ...it.details, code: it.code, ...(it.retry ? { retry: true } : {}) };
}
