import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { Program } from '../testing/program.ts';

const ROOT = join(import.meta.dirname, '..');

function nharong(program: Program, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const env = {
      ...process.env,
      LANG: 'vi_VN.UTF-8',
      LC_ALL: '',
      NODE_TEST_CONTEXT: '',
      DATA_DIR: program.dataDir,
      PORT: String(program.port),
    };
    execFile(process.execPath, ['bin/nharong.ts', ...args], { cwd: ROOT, env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

test('a staff list comes in by a script: a dry run, then in earnest, then nothing is left to do', async () => {
  const program = await Program.create();
  try {
    const list = join(program.dataDir, 'danh-sach.csv');
    await writeFile(
      list,
      'Họ tên;SĐT;Đơn vị\nSiu H’Nga;0905318464;UBND xã Ia Grai / Văn phòng\nKpă Hùng;0905 31 846;UBND xã Ia Grai\n',
    );
    const nobody = await nharong(program, 'import', list);
    assert.equal(nobody.code, 1);
    assert.match(nobody.err, /setup first/);
    const setup = [
      '--org',
      'UBND xã Ia Grai',
      '--area',
      '23764',
      '--admin-name',
      'Lê Văn Khải',
      '--admin-phone',
      '0905318470',
    ];
    assert.equal((await nharong(program, 'setup', ...setup)).code, 0);

    const dry = await nharong(program, 'import', list);
    assert.equal(dry.code, 0, dry.err);
    assert.match(dry.out, /2 {2}Thêm mới {8}Siu H’Nga · 0905 318 464 · UBND xã Ia Grai \/ Văn phòng/);
    assert.match(dry.out, /3 {2}Sai .*\n +Số điện thoại thiếu 1 chữ số\./);
    assert.match(dry.out, /Thêm mới 1 · .* · Dòng sai 1\nChạy thử, chưa ghi gì/);

    await program.start();
    const done = await nharong(program, 'import', list, '--apply');
    assert.match(done.out, /Đã áp dụng 1 thay đổi/, done.err);
    const again = await nharong(program, 'import', list, '--apply');
    assert.match(again.out, /Không đổi 1 .*\nDanh bạ đã đúng như trong tệp\./);

    assert.equal((await nharong(program, 'import')).code, 2);
    assert.equal((await nharong(program, 'import', list, '--scope', 'some')).code, 2);
    const wrong = await nharong(program, 'import', 'package.json');
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /Họ tên, Số điện thoại/);
  } finally {
    await program.remove();
  }
});
