// The process that reads a file of a stranger to its end and says whether it looks like a state secret: one file, then it ends. It has no
// environment, no network and nothing to write to but its answer, which says nothing of what it read (docs/decisions/secrecy-guard.md).
import { Refused } from '../../files/check/finding.ts';
import { contentsOf } from '../extract/extract.ts';
import type { Picture } from '../extract/piece.ts';
import { compile } from '../rules/judge.ts';
import type { Judge } from '../rules/judge.ts';
import { HANDLINGS } from '../rules/verdict.ts';
import type { Handling, Verdict } from '../rules/verdict.ts';
import type { Reader } from '../scan/reader.ts';
import type { CheckLine, CheckQuestion } from './question.ts';

/** What has come and was not taken yet. */
let held: Buffer = Buffer.alloc(0);
const input = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Buffer>;

async function more(): Promise<Buffer> {
  const next = await input.next();
  if (next.done) throw new Error('less than was announced');
  return next.value;
}

async function line(): Promise<string> {
  for (;;) {
    const end = held.indexOf(10);
    if (end >= 0) {
      const text = held.subarray(0, end).toString();
      held = held.subarray(end + 1);
      return text;
    }
    held = Buffer.concat([held, await more()]);
  }
}

async function bytesOf(length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    if (held.length === 0) held = await more();
    const taken = held.copy(bytes, filled);
    held = held.subarray(taken);
    filled += taken;
  }
  return bytes;
}

const told = (answer: CheckLine): Promise<void> =>
  new Promise((resolve, reject) =>
    process.stdout.write(`${JSON.stringify(answer)}\n`, (error) => (error ? reject(error) : resolve())),
  );

let reader: Promise<Reader> | undefined;
const ready = (): Promise<Reader> => (reader ??= import('../scan/reader.ts').then(({ openReader }) => openReader()));

/** Frames of one moving picture that are read. */
const FRAMES_READ_MOST = 60;
const PASSED: Verdict = { refused: false, rules: [] };

async function ofPicture(judge: Judge, picture: Picture): Promise<Verdict> {
  const { framesIn } = await import('../scan/frames.ts');
  let read = 0;
  let handling: Verdict | undefined;
  for await (const frame of framesIn(picture)) {
    const verdict = await ofFrame(judge, frame);
    if (!verdict) continue;
    if (verdict.refused) return verdict;
    if (verdict.handling) handling = verdict;
    read += 1;
    if (read > FRAMES_READ_MOST && !isTiff(picture)) throw new Refused('file.too_much_inside');
  }
  return handling ?? PASSED;
}

/** Its frames are pages. */
const isTiff = (picture: Picture): boolean =>
  'bytes' in picture && /^(?:II|MM)/u.test(picture.bytes.toString('latin1', 0, 2));

/** Nothing where there is no writing. */
async function ofFrame(judge: Judge, picture: Picture): Promise<Verdict | undefined> {
  const { mayHaveWriting } = await import('../scan/may-have-writing.ts');
  if (!(await mayHaveWriting(picture))) return undefined;
  await told({ picture: true });
  await line();
  const { pageOf } = await import('../scan/read.ts');
  const page = await pageOf(picture, await ready());
  if (page.unreadable) throw new Refused('file.unchecked');
  return judge.ocr(page);
}

async function check({ version, rules, name, extension }: CheckQuestion, bytes: Buffer): Promise<Verdict> {
  const judge = compile({ version, rules });
  const counted = new Set<string>();
  let handling: Handling | undefined;
  /** Answers whether that is enough. */
  const heard = (verdict: Verdict): boolean => {
    for (const rule of verdict.rules) counted.add(rule);
    // The stricter of two marks.
    if (verdict.handling && HANDLINGS.indexOf(verdict.handling) > (handling ? HANDLINGS.indexOf(handling) : -1))
      handling = verdict.handling;
    return verdict.refused;
  };
  const refused = (): Verdict => ({ refused: true, rules: [...counted] });

  if (heard(judge.text(name, { kind: 'name' }))) return refused();
  for await (const piece of contentsOf(extension, bytes)) {
    const verdict =
      'text' in piece
        ? judge.text(piece.text, { kind: piece.where === 'name' ? 'name' : 'document' })
        : await ofPicture(judge, piece.picture);
    if (heard(verdict)) return refused();
  }
  return { refused: false, rules: [...counted], ...(handling && { handling }) };
}

let question: CheckQuestion | undefined;
while (!question) {
  const asked = JSON.parse(await line()) as CheckQuestion | { readonly warm: true };
  // What does not get ready is found when it is needed.
  if ('warm' in asked) ready().catch(() => undefined);
  else question = asked;
}
const bytes = await bytesOf(question.bytes);
try {
  await told({ verdict: await check(question, bytes) });
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  await told({ unchecked: error.refusal.code });
}
process.exit(0);
