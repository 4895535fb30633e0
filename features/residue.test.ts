import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

import { sql } from 'kysely';

import { docx } from '../bench/secrecy/office-open.ts';
import { linesOf, paper } from '../bench/secrecy/paper.ts';
import { pdf } from '../bench/secrecy/pdf.ts';
import { stampedScrap } from '../bench/secrecy/scans.ts';
import { newId } from '../protocol/id.ts';
import { fleetingPath } from '../server/keys.ts';
import { ClientProblem, TestClient } from '../testing/client.ts';
import { addPeople, withDatabase } from '../testing/crowd.ts';
import type { CrowdPerson } from '../testing/crowd.ts';
import { Program } from '../testing/program.ts';
import { Random } from '../testing/random.ts';
import { hitsUnder, patternsOf, searched, writtenSince } from '../testing/residue.ts';
import { zipOf } from '../testing/samples.ts';
import { beginUpload, sendPart } from '../testing/uploads.ts';

/**
 * Nothing of what was refused stays anywhere: the real program on a database of its own is given marked texts and files with words in them
 * that occur nowhere else, over every door; then every byte it has left behind is looked through. RESIDUE=1000: the long form.
 */
const ATTEMPTS = Number(process.env['RESIDUE'] ?? 24);
const PEOPLE = 12;
/** A picture takes seconds to read. */
const SCAN_EVERY = 60;

/** No letters that occur in base64 or names by chance: 20 of them from 26. */
const word = (): string => `ZQ${Array.from(randomBytes(18), (it) => String.fromCharCode(65 + (it % 26))).join('')}`;

const place = await mkdtemp(join(tmpdir(), 'nha-rong-residue-'));
const programs: Program[] = [];
after(async () => {
  for (const program of programs) await program.remove();
  await rm(place, { recursive: true, force: true });
});

interface Attempt {
  readonly what: string;
  readonly code: string | undefined;
}

interface Told {
  readonly name: string;
  readonly kind?: string;
}

class Attacker {
  readonly program: Program;
  readonly people: readonly CrowdPerson[];
  /** Pieces of files as they were sent. */
  readonly pieces: Buffer[] = [];
  readonly #scan: Promise<Buffer>;
  #at = 0;

  constructor(program: Program, people: readonly CrowdPerson[]) {
    this.program = program;
    this.people = people;
    this.#scan = stampedScrap();
  }

  async post(
    person: CrowdPerson,
    name: string,
    input: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const { address } = this.program;
    for (;;) {
      const response = await fetch(`${address}/api/${name}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': newId(),
          origin: address,
          cookie: person.cookie,
        },
        body: JSON.stringify(input),
      });
      const body = (await response.json()) as Record<string, unknown>;
      if (body['retry'] !== true && response.status !== 429) return { status: response.status, body };
      await pause(Number(body['wait'] ?? 1) * 1_000);
    }
  }

  async upload(person: CrowdPerson, bytes: Buffer, told: Told): Promise<string | undefined> {
    const sender = { address: this.program.address, cookie: person.cookie };
    const begun = await beginUpload(sender, bytes.length, told);
    if (begun.status !== 201) return ((await begun.json()) as { code?: string }).code;
    if (bytes.length > 200) this.pieces.push(bytes.subarray(bytes.length / 2, bytes.length / 2 + 24));
    const location = begun.headers.get('location')!;
    const sent = await sendPart(sender, location, bytes, 0);
    assert.equal(sent.status, 204, sent.body);
    for (const until = Date.now() + 300_000; Date.now() < until; await pause(30)) {
      const { body } = await this.post(person, 'file.status', { files: [location.split('/').at(-1)!] });
      const [it] = body['uploads'] as { state: string; problem?: { code: string } }[];
      if (it?.state === 'ready') return 'done';
      if (it?.state === 'refused') return it.problem?.code;
    }
    return 'never looked at';
  }

  /** One refused try, another way each time. */
  async try(canary: string): Promise<Attempt> {
    const at = this.#at++;
    const random = new Random(at + 1);
    const person = this.people[at % this.people.length]!;
    const { group } = person;
    const marked = `TỐI MẬT\nSố: 12/BC-UBND ${canary}\n${canary} ${randomBytes(3).toString('hex')}`;
    const line = `Độ mật: Tối mật - ${canary}`;
    const acts: readonly (readonly [string, unknown])[] = [
      ['message.send', { group, text: marked }],
      ['note.create', { group, title: line, text: marked }],
      ['group.create', { kind: 'coordination', name: line, members: [] }],
      ['label.add', { name: 'TỐI MẬT', colour: 'plum' }],
      ['scheduled.add', { group, text: marked, at: Date.now() + 86_400_000 }],
      ['phrase.save', { phrases: [marked], offers: true }],
      ['poll.create', { group, question: line, choices: [canary, 'Không'] }],
      ['link.join', { code: 'AAAAAAAAAAAAAAAAAAAAAA', answer: line }],
      ['file.begin', { name: `[TỐI MẬT] ${canary}.pdf`, bytes: 1_000 }],
      ['account.setProfile', { name: line }],
    ];
    const it = paper(random);
    const files: readonly (readonly [Told, () => Buffer | Promise<Buffer>])[] = [
      [{ name: 'bao-cao.txt' }, () => Buffer.from(linesOf(it, `TỐI MẬT\n${canary}`).join('\n'))],
      [{ name: 'bao-cao.docx' }, () => docx({ ...it, body: [canary, ...it.body] }, { part: 'body', text: 'TỐI MẬT' })],
      [{ name: 'bao-cao.pdf' }, () => pdf({ ...it, body: [canary, ...it.body] }, { part: 'body', text: 'TUYỆT MẬT' })],
      [
        { name: 'phu-luc.zip' },
        () => zipOf([{ name: `${canary}.txt`, bytes: `MẬT\n${canary}`, stored: at % 2 === 0 }]),
      ],
      [{ name: `TUYỆT MẬT - ${canary}.txt` }, () => Buffer.from(`Phụ lục ${canary}`)],
      [{ name: 'hong.docx' }, () => docx({ ...it, body: [canary] }, { part: 'body', text: 'MẬT' }).subarray(0, 900)],
    ];
    if (at % SCAN_EVERY === SCAN_EVERY - 1) {
      const scan = await this.#scan;
      // A remark in a JPEG: after its first mark, so many bytes.
      const remark = Buffer.concat([Buffer.from([0xff, 0xfe, 0, canary.length + 2]), Buffer.from(canary)]);
      const bytes = Buffer.concat([scan.subarray(0, 2), remark, scan.subarray(2)]);
      return { what: 'a photo', code: await this.upload(person, bytes, { name: 'IMG_1.jpg', kind: 'photo' }) };
    }
    if (at % 4 === 3) {
      const [told, make] = files[Math.floor(at / 4) % files.length]!;
      return { what: told.name, code: await this.upload(person, await make(), told) };
    }
    if (at % 10 === 5) {
      const sent = await this.post(person, 'message.send', { group, text: `Lịch trực ${at}` });
      assert.equal(sent.status, 200, JSON.stringify(sent.body));
      const { body } = await this.post(person, 'message.edit', { group, message: sent.body['id'], text: marked });
      return { what: 'message.edit', code: body['code'] as string };
    }
    const [name, input] = acts[at % acts.length]!;
    if (at % 3 === 1 && name !== 'file.begin') {
      const client = await TestClient.connect(this.program.address, person.cookie, person.id);
      const code = await client.callRaw(name, input).then(
        () => 'done',
        (error: unknown) => (error instanceof ClientProblem ? error.code : String(error)),
      );
      await client.close();
      return { what: `${name} over the socket`, code };
    }
    const { status, body } = await this.post(person, name, input);
    return { what: name, code: status === 200 ? 'done' : (body['code'] as string) };
  }
}

test('nothing of what was refused is anywhere', async (t) => {
  const began = Date.now();
  const temp = join(place, 'tmp');
  await mkdir(temp);
  const program = await Program.create({ LOG_LEVEL: 'debug', TMPDIR: temp }, place);
  programs.push(program);
  await program.start();
  const people = await addPeople(program, 1, PEOPLE);
  await withDatabase(program, (db) =>
    sql`update members set role = 'owner' where account = ${people[0]!.id}`.execute(db),
  );
  const attacker = new Attacker(program, people);

  const secret = word();
  const kept = word();
  const said = await attacker.post(people[0]!, 'message.send', { group: people[0]!.group, text: `Lịch trực ${kept}` });
  assert.equal(said.status, 200, JSON.stringify(said.body));

  const passed: Attempt[] = [];
  for (let at = 0; at < ATTEMPTS; at += 1) {
    const it = await attacker.try(secret);
    if (!/^secrecy\.|^file\./.test(it.code ?? '')) passed.push(it);
  }
  assert.deepEqual(passed, []);

  const output = program.said;
  await program.kill('SIGTERM');
  const patterns = [...patternsOf(secret), ...attacker.pieces.map((bytes) => ({ as: 'a piece of a file', bytes }))];
  const hits = await hitsUnder(program.dataDir, patterns);
  hits.push(...(await hitsUnder(temp, patterns)));
  const elsewhere = [
    ...(await writtenSince(tmpdir(), began)),
    ...(await writtenSince('/dev/shm', began)),
    fleetingPath(program.dataDir, 'parts'),
  ];
  for (const file of elsewhere) {
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes) for (const as of searched(bytes, patterns)) hits.push({ file, as });
  }
  for (const as of searched(Buffer.from(output), patterns)) hits.push({ file: 'what the program said', as });
  assert.deepEqual(hits, []);

  // What was accepted is found by the same search, in the database and in what it wrote before.
  const found = (await hitsUnder(program.dataDir, patternsOf(kept))).map((it) => it.file);
  assert.ok(
    found.some((it) => it.includes('pg_wal')),
    `in the log of the database: ${found.join(' ')}`,
  );
  assert.ok(
    found.some((it) => it.includes('/base/')),
    `in the tables: ${found.join(' ')}`,
  );
  t.diagnostic(`${ATTEMPTS} refused attempts in ${Math.round((Date.now() - began) / 1_000)} s`);
});

test('what looks for it finds it in every form', async () => {
  const folder = join(place, 'forms');
  await mkdir(folder);
  const secret = word();
  const plain = Buffer.from(`Một dòng trước ${secret} và một dòng sau`);
  const wide = Buffer.from(plain.toString('utf8'), 'utf16le');
  const noise = (): Buffer => randomBytes(3_001);
  const forms: Readonly<Record<string, Buffer>> = {
    plain,
    wide,
    'wide, other end first': Buffer.from(wide).swap16(),
    hex: Buffer.from(plain.toString('hex')),
    'capital hex': Buffer.from(plain.toString('hex').toUpperCase()),
    ...Object.fromEntries([0, 1, 2].map((it) => [`base64 ${it}`, Buffer.from(Buffer.concat([Buffer.alloc(it, 65), plain]).toString('base64'))])),
    'base64 of wide': Buffer.from(wide.toString('base64')),
    zlib: deflateSync(plain),
    gzip: gzipSync(plain),
    zstd: zstdCompressSync(plain),
    zip: zipOf([{ name: 'a.txt', bytes: plain }]),
    'zip in gzip': gzipSync(zipOf([{ name: 'a.txt', bytes: plain }])),
    'cut off': deflateSync(Buffer.concat([plain, noise()])).subarray(0, 1_500),
  }; // prettier-ignore
  for (const [name, bytes] of Object.entries(forms))
    await writeFile(join(folder, name), Buffer.concat([noise(), bytes, noise()]));
  await writeFile(join(folder, `name ${secret}`), noise());
  await writeFile(join(folder, 'nothing'), Buffer.concat([noise(), deflateRawSync(noise())]));
  const found = new Set((await hitsUnder(folder, patternsOf(secret))).map((it) => it.file.slice(folder.length + 1)));
  assert.deepEqual([...found].sort(), [...Object.keys(forms), `name ${secret}`].sort());
});
