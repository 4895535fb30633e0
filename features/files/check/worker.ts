// The process that looks into files of strangers: one file, then it ends. It has no environment, no network and nothing to write to
// but its answer (docs/decisions/files.md); what it answers is bounded and checked by who asked (run.ts).
import { createHash } from 'node:crypto';

import { Refused } from './finding.ts';
import type { Question } from './finding.ts';
import { lookAt } from './look.ts';

/** First a line of JSON, then the bytes of the file. */
async function asked(): Promise<{ question: Question; bytes: Buffer }> {
  let head: Buffer = Buffer.alloc(0);
  let question: Question | undefined;
  let bytes: Buffer = Buffer.alloc(0);
  let filled = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    let piece = chunk;
    if (!question) {
      head = Buffer.concat([head, piece]);
      const end = head.indexOf(10);
      if (end < 0) continue;
      question = JSON.parse(head.subarray(0, end).toString()) as Question;
      bytes = Buffer.alloc(question.bytes);
      piece = head.subarray(end + 1);
    }
    if (filled + piece.length > bytes.length) throw new Error('more than was announced');
    piece.copy(bytes, filled);
    filled += piece.length;
  }
  if (!question || filled !== bytes.length) throw new Error('less than was announced');
  return { question, bytes };
}

const written = (data: Buffer | string): Promise<void> =>
  new Promise((resolve, reject) => process.stdout.write(data, (error) => (error ? reject(error) : resolve())));

const told = (line: object): Promise<void> => written(`${JSON.stringify(line)}\n`);

const { question, bytes } = await asked();
const digest = (): string => createHash('sha256').update(bytes).digest('hex');
try {
  const came = digest();
  const { found, pictures } = await lookAt(question, bytes);
  for (const { at, from, upTo } of found.erase ?? []) {
    bytes.write('free', at + 4, 'latin1');
    bytes.fill(0, from, upTo);
  }
  await told({ found, sha256: found.erase ? digest() : came });
  for await (const { bytes: picture, ...about } of pictures) {
    await told({ picture: { ...about, bytes: picture.length } });
    await written(picture);
  }
  await told({ end: true });
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  await told({ refused: error.refusal });
}
