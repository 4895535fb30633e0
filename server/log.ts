import pino from 'pino';

export type Log = pino.Logger;
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
export const LOG_LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** A phone number as logs and screens may show it: `+84905123462` → `0905 ••• 462`. */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '');
  const local = digits.startsWith('84') && digits.length >= 11 ? `0${digits.slice(2)}` : digits;
  if (local.length < 9) return '•••';
  return `${local.slice(0, 4)} ••• ${local.slice(-3)}`;
}

// Vietnamese numbers in every spelling: 0905123462, 0905 123 462, 0905.123.462, 84905…, +84 905 …
// Not inside a longer word or number, so that ids and times stay whole.
const PHONE = /(?<![0-9A-Za-z])(?:\+?84[ .]?|0)[235789]\d{1,2}[ .]?\d{3}[ .]?\d{3,4}(?![0-9A-Za-z])/g;
// What JSON leaves as it is, and a terminal or an editor obeys: DEL, C1 controls, line and direction marks.
// oxlint-disable-next-line no-control-regex
const OBEYED = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

function clean(line: string): string {
  return line
    .replace(PHONE, (found, offset: number) => {
      const masked = maskPhone(found);
      return line[offset - 1] === ':' && line[offset - 2] === '"' ? `"${masked}"` : masked;
    })
    .replace(OBEYED, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * An error as it may be logged: what and where, without the values in play. A database quotes them behind a colon
 * (“invalid input syntax for type uuid: "…"”) and in fields such as detail, which are left out; a parser behind a comma.
 */
function withoutValues(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    message: error.message.replace(/(: |, |\bvalue )"[\s\S]*"/, '$1"…"').slice(0, 300),
    ...(typeof code === 'string' ? { code } : {}),
    at: error.stack?.split('\n    at ').slice(1, 8),
    ...(error.cause === undefined ? {} : { cause: withoutValues(error.cause) }),
  };
}

/** Lines that wait for a slow or full disk; beyond it they are dropped. */
const WAITING_BYTES = 1_048_576;

/**
 * Standard output, which may be a file on a full disk: what cannot be written waits within bounds and is tried again with
 * the next line. The log never holds the program up, and never ends it.
 */
function standardOutput(): pino.DestinationStream {
  const out = pino.destination({ dest: 1, sync: false, maxLength: WAITING_BYTES });
  const flush = out.flushSync.bind(out);
  let broken = false;
  out.on('error', () => (broken = true));
  out.on('write', () => (broken = false));
  // At the end of the program it would try for ever.
  out.flushSync = () => void (broken || flush());
  return out;
}

/**
 * The program's log: one JSON object a line. Callers log ids, names of actions and counts, never what people wrote;
 * as a second net, phone numbers are masked and control characters escaped in every line, whoever wrote it.
 */
export function openLog(level: LogLevel, destination: pino.DestinationStream = standardOutput()): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [
          'phone',
          'to',
          'code',
          'token',
          'password',
          'cookie',
          'authorization',
          'text',
          'body',
          'headers',
          '*.password',
          '*.cookie',
          '*.token',
          '*.text',
        ],
        censor: (value, path) =>
          path.at(-1) === 'phone' || path.at(-1) === 'to' ? maskPhone(String(value)) : '[hidden]',
      },
      serializers: { err: withoutValues, error: withoutValues },
      hooks: { streamWrite: clean },
    },
    destination,
  );
}
