import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const ROOT = join(import.meta.dirname, '..');
const place = await mkdtemp(join(tmpdir(), 'nha-rong-papers-'));
after(() => rm(place, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function nharong(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const env = { ...process.env, NODE_TEST_CONTEXT: '', NHARONG_FROM: place, DATA_DIR: join(place, 'data') };
    execFile(process.execPath, ['bin/nharong.ts', ...args], { cwd: ROOT, env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

test('a folder of papers and texts is put to the guard, a line each', async () => {
  await mkdir(join(place, 'papers', 'old'), { recursive: true });
  const put = (name: string, text: string): Promise<void> => writeFile(join(place, 'papers', name), text);
  await put('a.txt', 'TUYỆT MẬT\nSố: 12/BC-UBND');
  await put('b.txt', 'Lịch trực tuần 47');
  await put('c.unknown', 'Lịch trực tuần 47');
  await put(join('old', 'd.txt'), 'LƯU HÀNH NỘI BỘ\nLịch trực tuần 47');
  await put(
    'chat.texts.jsonl',
    '{"id": 1, "kind": "chat", "text": "Độ mật: Tối mật"}\n\n{"id": "2", "text": "Mật khẩu wifi đổi rồi"}\n',
  );
  const { code, out, err } = await nharong('secrecy', 'check', 'papers');
  assert.equal(code, 0, err);
  const lines = out
    .trim()
    .split('\n')
    .map((it) => JSON.parse(it) as { id: unknown; refused: boolean; rules: string[]; unchecked?: string; handling?: string; seconds: number }); // prettier-ignore
  assert.deepEqual(
    lines.map((it) => [it.id, it.refused, it.unchecked !== undefined, it.handling]),
    [
      ['a.txt', true, false, undefined],
      ['b.txt', false, false, undefined],
      ['c.unknown', true, true, undefined],
      [1, true, false, undefined],
      ['2', false, false, undefined],
      [join('old', 'd.txt'), false, false, 'internal'],
    ],
  );
  assert.ok(lines[0]!.rules.length > 0);
  assert.ok(lines.every((it) => it.seconds >= 0));
});

test('what is asked wrongly is told, with its exit code', async () => {
  for (const args of [['secrecy'], ['secrecy', 'check'], ['secrecy', 'check', 'nowhere'], ['secrecy', 'prove', '.']])
    assert.equal((await nharong(...args)).code, 2, args.join(' '));
  await mkdir(join(place, 'torn'));
  await writeFile(join(place, 'torn', 'x.texts.jsonl'), '{"id": 1}\n');
  const torn = await nharong('secrecy', 'check', 'torn');
  assert.deepEqual([torn.code, /line 1/.test(torn.err)], [1, true]);
});
