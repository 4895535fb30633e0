import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { stampedScrap } from '../bench/secrecy/scans.ts';
import type { ActionSpec } from '../protocol/action.ts';
import { newId } from '../protocol/id.ts';
import { schemaOf, textsIn, withAt } from '../testing/grammar.ts';
import type { Path, Schema } from '../testing/grammar.ts';
import { openTestHouse } from '../testing/house.ts';
import type { TestHouse } from '../testing/house.ts';
import { furnish, rows } from '../testing/rights.ts';
import type { Things } from '../testing/rights.ts';
import { docxOf, zipOf } from '../testing/samples.ts';
import { upload } from '../testing/uploads.ts';
import { actions } from './contracts.ts';
import type { ActionName } from './contracts.ts';

/**
 * One door: whatever field carries words and by whatever way a file comes, it passes the secrecy guard before anything is written. Walked over
 * the registry, so that a field nobody thought of is found here.
 */
const CANARY = 'CANARYX7Q';
/** The longest that fits is put into a field. */
const MARKINGS = [
  `Độ mật: Tối mật\nSố: 12/BC-UBND\n${CANARY}`,
  `TỐI MẬT - ${CANARY}`,
  'Độ mật: Mật',
  'TỐI MẬT',
  'MẬT',
  'https://vanban.vn/[TỐI MẬT] phuong-an.docx',
];

/** Fields that take any words and are judged by nothing; each of them would be a second way in, so each has its reason. */
const UNJUDGED: Readonly<Record<string, string>> = {
  'ruleset.propose.rules.0.terms.0': 'the words that are looked for; a second person reads them',
  'notification.subscribe.endpoint': 'must be an address at a known push service',
  'audit.verify.outside': 'copies of signed checkpoints, compared and kept nowhere',
};
/** Free by their schema, and no marking fits: what is written there must mean something else. */
const TOO_NARROW: ReadonlySet<string> = new Set<string>([
  'agency.setUp.help.phone',
  'agency.change.help.phone',
  // A file in base64: see below.
  'import.apply.file',
  'message.send.mentions.0.id',
  'message.edit.mentions.0.id',
  'scheduled.add.mentions.0.id',
  'scheduled.change.content.mentions.0.id',
]);
/** What must stand beside a field, where the usual input leaves the whole of it out. */
const BESIDE: Readonly<Record<string, unknown>> = {
  help: { name: 'Siu H’Nga', phone: '0269 3 600 114', email: '' },
  content: { text: 'Họp' },
};

let house: TestHouse;
let things: Things;
before(async () => {
  house = await openTestHouse({ limits: false });
  things = await furnish(house);
});

const writing = (Object.entries(actions) as [ActionName, ActionSpec][]).filter(
  ([, spec]) => spec.kind === 'change' || spec.kind === 'append',
);

/** Every text of an input, with its schema; names that are not fixed are texts too. */
function fieldsOf(schema: Schema): { path: Path; free: boolean }[] {
  const free = new Set(textsIn(schema, { free: true }).map((it) => it.join('.')));
  return textsIn(schema).map((path) => ({ path, free: free.has(path.join('.')) }));
}

function planted(name: ActionName, path: Path, marking: string): unknown {
  const [first] = path;
  const usual = rows[name].input(things) as Record<string, unknown>;
  const beside = path.length > 1 && !usual[first!] ? BESIDE[String(first)] : undefined;
  return withAt(beside === undefined ? usual : { ...usual, [first!]: beside }, path, marking);
}

async function answer(name: ActionName, input: unknown): Promise<string> {
  const { as } = rows[name];
  const { status, body } = await house.post(as, name, input);
  return status === 200 ? 'done' : (body as { code: string }).code;
}

/** Every table, with how often the canary stands in it. */
async function tablesWith(canary: string): Promise<string[]> {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(
    house.db,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows: hits } = await sql<{ many: number }>`
      select count(*)::int as many from ${sql.table(name)} t where t::text ilike ${`%${canary}%`}`.execute(house.db);
    if (hits[0]!.many > 0) found.push(name);
  }
  return found;
}

test('a marking in any field of any act that writes is refused, and nothing of it is written', async (t) => {
  const passed: string[] = [];
  const narrow: string[] = [];
  let refused = 0;
  for (const [name, spec] of writing) {
    for (const { path, free } of fieldsOf(schemaOf(spec.input))) {
      const field = [name, ...path].join('.');
      if (Object.hasOwn(UNJUDGED, field)) continue;
      const codes: string[] = [];
      for (const marking of MARKINGS) {
        const code = await answer(name, planted(name, path, marking));
        codes.push(code);
        if (code !== 'malformed') break;
      }
      const last = codes.at(-1)!;
      if (last === 'secrecy.marked') refused += 1;
      else if (last !== 'malformed') passed.push(`${field}: ${last}`);
      else if (free) narrow.push(field);
    }
  }
  t.diagnostic(`${refused} fields`);
  assert.deepEqual(passed, []);
  assert.deepEqual(
    narrow.filter((it) => !TOO_NARROW.has(it)),
    [],
  );
  assert.ok(refused > 90, `${refused} fields were refused`);
  assert.deepEqual(await tablesWith(CANARY), []);
});

test('what is not judged is really no field for words, and no longer than it must be', () => {
  const known = new Set(
    writing.flatMap(([name, spec]) => fieldsOf(schemaOf(spec.input)).map(({ path }) => [name, ...path].join('.'))),
  );
  for (const field of [...Object.keys(UNJUDGED), ...TOO_NARROW])
    assert.ok(known.has(field), `${field} is gone: take it from the list`);
});

const CSV = `Họ và tên,Số điện thoại,Đơn vị,Chức vụ\nPuih Thưng,0905318465,Văn phòng,Chuyên viên\nĐộ mật: Tối mật,${CANARY},,\n`;
const DOCX = docxOf([
  {
    name: 'word/document.xml',
    bytes: `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>TỐI MẬT</w:t></w:r></w:p><w:p><w:r><w:t>${CANARY}</w:t></w:r></w:p></w:body></w:document>`,
  },
]);

test('a marking in any file that comes within an act is refused', async () => {
  const scan = await stampedScrap();
  /** By field: what of bytes it takes. */
  const files: Readonly<Record<string, readonly (readonly [name: string, bytes: Buffer])[]>> = {
    'import.apply.file': [['danh-sach.csv', Buffer.from(CSV)]],
    'regulation.upload.file': [['quy-che.docx', DOCX]],
    'regulation.uploadDefault.file': [['quy-che.docx', DOCX]],
    'account.setPhoto.photo': [['', scan]],
    'group.setPhoto.photo': [['', scan]],
  };
  const fields = writing.flatMap(([name, spec]) =>
    fieldsOf(schemaOf(spec.input))
      .filter(({ path }) => /^(?:file|photo|logo|picture|image)$/.test(String(path.at(-1))))
      .map(({ path }) => ({ name, path, field: [name, ...path].join('.') })),
  );
  const bytesFields = fields.filter(({ name, path }) => {
    const schema = schemaOf(actions[name].input);
    return !schemaAt(schema, path)?.pattern?.startsWith('^[0-9a-f]');
  });
  assert.deepEqual(bytesFields.map((it) => it.field).sort(), Object.keys(files).sort());
  for (const { name, path, field } of bytesFields)
    for (const [called, bytes] of files[field]!) {
      let input = withAt(rows[name].input(things), path, bytes.toString('base64'));
      if (called !== '') input = withAt(input, ['name'], called);
      assert.equal(await answer(name, input), 'secrecy.marked', field);
    }
  assert.deepEqual(await tablesWith(CANARY), []);
});

function schemaAt(schema: Schema, [first, ...rest]: Path): Schema | undefined {
  if (first === undefined) return schema;
  const several = schema.anyOf ?? schema.oneOf;
  if (several) return several.map((it) => schemaAt(it, [first, ...rest])).find((it) => it !== undefined);
  const inner = typeof first === 'number' ? schema.items : schema.properties?.[first];
  return inner && schemaAt(inner, rest);
}

test('a marking in any file that is uploaded is refused, whatever it is uploaded as, and by its name alone', async () => {
  const scan = await stampedScrap();
  const plain = Buffer.from('Lịch trực tuần 47');
  const attempts: readonly (readonly [what: string, bytes: Buffer, told: Parameters<typeof upload>[3]])[] = [
    ['a document', DOCX, { name: 'bao-cao.docx' }],
    ['a text', Buffer.from(`TỐI MẬT\n${CANARY}`), { name: 'bao-cao.txt' }],
    ['an archive', zipOf([{ name: 'a/b.docx', bytes: DOCX }]), { name: 'bao-cao.zip' }],
    ['a name', plain, { name: `[TỐI MẬT] ${CANARY}.txt` }],
    ['a name inside an archive', zipOf([{ name: `TỐI MẬT - ${CANARY}.txt`, bytes: plain }]), { name: 'bao-cao.zip' }],
    ['a photo', scan, { name: 'IMG_2041.jpg', kind: 'photo' }],
    ['a poster', scan, { name: 'poster.jpg', kind: 'poster' }],
  ];
  for (const [what, bytes, told] of attempts) {
    const begun = await upload(house, 'member', bytes, told).catch((error: Error) => error);
    // A name is refused before anything comes.
    const code = begun instanceof Error ? /secrecy\.\w+/.exec(begun.message)?.[0] : begun.problem?.code;
    assert.equal(code, 'secrecy.marked', `${what}: ${JSON.stringify(begun)}`);
  }
  assert.deepEqual(await tablesWith(CANARY), []);
});

test('a marking under the id of another act that was accepted is refused', async () => {
  const id = newId();
  const label = await house.post('member', 'label.add', { name: 'Việc gấp', colour: 'plum' }, id);
  assert.equal(label.status, 200, JSON.stringify(label.body));
  const harmless = newId();
  assert.equal(
    (await house.post('member', 'message.send', { group: things.group, text: 'Họp' }, harmless)).status,
    200,
  );
  const attempts: readonly [ActionName, unknown, string][] = [
    ['message.send', { group: things.group, text: `TỐI MẬT\n${CANARY}` }, id],
    ['label.add', { name: 'TỐI MẬT', colour: 'plum' }, harmless],
    ['phrase.save', { phrases: [`TỐI MẬT\n${CANARY}`], offers: true }, harmless],
  ];
  for (const [name, input, used] of attempts) {
    const { body } = await house.post('member', name, input, used);
    assert.equal((body as { code?: string }).code, 'secrecy.marked', name);
  }
  assert.deepEqual(await tablesWith(CANARY), []);
});

test('what is sent later passes the door again when its time has come', async () => {
  const at = house.house.now().getTime() + 3_600_000;
  const pieces = ['TU', 'YỆT', 'MẬ', 'T'];
  for (const [place, text] of pieces.entries()) {
    const { status, body } = await house.post(
      'member',
      'scheduled.add',
      { group: things.group, text, at: at + place * 1_000 },
      newId(),
    );
    assert.equal(status, 200, JSON.stringify(body));
  }
  const job = house.features.jobs.find((it) => it.name === 'send scheduled messages')!;
  house.pass(3_600_000);
  // One after the other, as their times are.
  for (const _ of pieces) {
    await job.run();
    house.pass(1_000);
  }
  await job.run();
  const { rows: said } = await sql<{
    text: string;
  }>`select text from messages where group_id = ${things.group} order by seq`.execute(house.db);
  assert.deepEqual(
    said.map((it) => it.text).filter((it) => pieces.includes(it)),
    pieces.slice(0, 3),
  );
});
