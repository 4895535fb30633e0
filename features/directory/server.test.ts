import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { Problem } from '../../protocol/problem.ts';
import { actor, newStage } from '../../testing/perform.ts';
import { CAST } from '../../testing/cast.ts';
import { loadMap } from '../areas/map.ts';
import { directoryActions } from './protocol.ts';
import { readPeopleQuery, searchText } from './rules.ts';
import { directoryHandlers } from './server.ts';

const stage = await newStage(directoryActions, directoryHandlers);
const admin = actor(newId(), true);
const official = actor(newId());
const code = (expected: string) => (error: unknown) => error instanceof Problem && error.code === expected;

const units = { commune: newId(), office: newId(), station: newId() };
const ids: Record<string, string> = {};

interface Someone {
  name: string;
  phone: string;
  position?: string;
  unit?: keyof typeof units;
  area?: string;
  state?: string;
  shown?: string;
}

const UNIT_NAMES = { commune: 'UBND xã Ia Grai', office: 'Văn phòng HĐND và UBND', station: 'Trạm Y tế xã' };

async function add(key: string, it: Someone): Promise<void> {
  const id = (ids[key] = newId());
  await sql`insert into streams (id, kind) values (${id}, 'account')`.execute(stage.db);
  const unitName = it.unit ? UNIT_NAMES[it.unit] : '';
  await sql`
    insert into accounts (id, name, phone, position, unit, area, state, phone_shown, search)
    values (${id}, ${it.name}, ${it.phone}, ${it.position ?? ''}, ${it.unit ? units[it.unit] : null}, ${it.area ?? null},
      ${it.state ?? 'active'}, ${it.shown ?? 'colleagues'},
      ${searchText({ name: it.name, position: it.position ?? '', unit: unitName })})`.execute(stage.db);
}

before(async () => {
  await loadMap(stage.db);
  await sql`
    insert into units (id, parent, name, folded, area) values
      (${units.commune}, null, ${UNIT_NAMES.commune}, 'ubnd xa ia grai', '23764'),
      (${units.office}, ${units.commune}, ${UNIT_NAMES.office}, 'van phong hdnd va ubnd', null),
      (${units.station}, ${units.commune}, ${UNIT_NAMES.station}, 'tram y te xa', '23764')`.execute(stage.db);
  await add('phuc', { ...CAST.leader, unit: 'commune', area: '23764' });
  await add('phuong', { ...CAST.deputy, unit: 'commune' });
  await add('hnga', { ...CAST.clerk, unit: 'office' });
  await add('thung', { ...CAST.member, unit: 'commune', area: '23764' });
  await add('bich', { ...CAST.other, unit: 'station' });
  await add('left', { ...CAST.left, unit: 'commune', state: 'left' });
  await add('nga', { name: 'Nguyễn Thị Nga', phone: '+84905000001', position: 'Y sĩ', unit: 'station' });
  await add('ngan', {
    name: 'Trần Thị Kim Ngân',
    phone: '+84905000002',
    position: 'Kế toán',
    unit: 'office',
    shown: 'nobody',
  });
  await add('ngaHoa', { name: 'Nga Thị Hoa', phone: '+84905000003', unit: 'office', area: '21583' });
  await add('ythoa', { name: 'Y-Thoa Niê', phone: '+84905000004', position: 'Trưởng buôn' });
  await add('duc', { name: 'Đỗ Đức', phone: '+84905000005', position: 'Văn thư', unit: 'office' });
});

async function found(query: string, more: { unit?: string; area?: string } = {}, as = official): Promise<string[]> {
  const { people } = await stage.do(as, 'directory.search', { query, ...more });
  return people.map((it) => Object.entries(ids).find(([, id]) => id === it.id)![0]);
}

test('words: toneless, any order, beginnings; exact name first, then given name, then the name, then the rest', async () => {
  const table: [query: string, expected: string[]][] = [
    ['Nguyễn Hoàng Phúc', ['phuc']],
    ['nguyen hoang phuc', ['phuc']],
    ['phuc nguyen', ['phuc']],
    ['ng ph', ['phuc', 'ngaHoa', 'hnga', 'ngan']],
    ['phuong', ['phuong']],
    ['nga', ['nga', 'hnga', 'ngan', 'ngaHoa']],
    ['h nga', ['hnga', 'ngaHoa', 'ngan']],
    ["H'Nga", ['hnga']],
    ['h’nga', ['hnga']],
    ['hnga', ['hnga']],
    ['Siu H’Nga'.normalize('NFD'), ['hnga']],
    ['bich', ['bich', 'phuong']],
    ['thoa', ['ythoa']],
    ['y thoa', ['ythoa']],
    ['đức', ['duc']],
    ['duc van thu', ['duc']],
    ['chu tich', ['phuc', 'phuong']],
    ['tram y te', ['bich', 'nga']],
    ['nga tram', ['nga']],
    ['không có ai', []],
    ['% _', []],
    ['|', []],
  ];
  for (const [query, expected] of table) assert.deepEqual(await found(query), expected, query);
});

test('numbers: any spelling, four digits suffice; one that is not shown is found only by those who know all of it', async () => {
  const table: [query: string, expected: string[]][] = [
    ['0905318462', ['phuc']],
    ['0905 318 462', ['phuc']],
    ['0905.318.462', ['phuc']],
    ['+84905318462', ['phuc']],
    ['+84 905 318 462', ['phuc']],
    ['84905318462', ['phuc']],
    ['0084905318462', ['phuc']],
    ['318462', ['phuc']],
    ['8462', ['phuc']],
    ['462', []],
    ['0905 000', ['duc', 'ngaHoa', 'nga', 'ythoa']],
    ['0905000002', ['ngan']],
    ['000002', []],
  ];
  for (const [query, expected] of table) assert.deepEqual(await found(query), expected, query);
  assert.deepEqual(await found('000002', {}, admin), ['ngan']);
});

test('who left is not found, and nobody is found before signing in', async () => {
  assert.deepEqual(await found('hyok'), []);
  assert.deepEqual(await found('hyok', {}, admin), [], 'unless an administrator asks for them');
  const { people } = await stage.do(admin, 'directory.search', { query: 'hyok', all: true });
  assert.deepEqual(
    people.map((it) => it.state),
    ['left'],
  );
  assert.equal((await stage.do(official, 'directory.search', { query: 'hyok', all: true })).people.length, 0);
  await assert.rejects(stage.do(undefined, 'directory.search', { query: 'nga' }), code('signed_out'));
  await assert.rejects(stage.do(official, 'directory.person', { account: ids['left']! }), code('not_found'));
  assert.equal((await stage.do(admin, 'directory.person', { account: ids['left']! })).person.state, 'left');
});

test('a unit and an area reach down; who has no area of their own belongs to that of their unit', async () => {
  assert.deepEqual(await found('nga', { unit: units.station }), ['nga']);
  assert.deepEqual(await found('nga', { area: '21583' }), ['ngaHoa']);
  const people = async (input: { unit?: string; area?: string }): Promise<[number, string[]]> => {
    const page = await stage.do(official, 'directory.people', input);
    return [page.total, page.people.map((it) => it.name)];
  };
  assert.deepEqual(await people({ unit: units.station }), [2, ['Ksor H’Bích', 'Nguyễn Thị Nga']]);
  assert.equal((await people({ unit: units.commune }))[0], 9);
  assert.deepEqual((await people({ area: '23764' }))[1], [
    'Ksor H’Bích',
    'Nguyễn Thị Nga',
    'Nguyễn Hoàng Phúc',
    'Đặng Thị Bích Phượng',
    'Puih Thưng',
  ]);
  assert.equal((await people({ area: '52' }))[0], 6);
  await assert.rejects(people({ unit: newId() }), code('not_found'));
  await assert.rejects(people({ area: '99' }), code('not_found'));
});

test('pages meet without a gap or an overlap, in the order of given names', async () => {
  for (const name of ['directory.people', 'directory.search'] as const) {
    const all: string[] = [];
    let after: string | null = null;
    do {
      const page: { people: { name: string }[]; next: string | null } =
        name === 'directory.people'
          ? await stage.do(official, 'directory.people', { limit: 2, after })
          : await stage.do(official, 'directory.search', { query: 'n', limit: 2, after });
      all.push(...page.people.map((it) => it.name));
      after = page.next;
    } while (after !== null);
    assert.equal(new Set(all).size, all.length);
    if (name === 'directory.people') {
      assert.deepEqual(all, [
        'Ksor H’Bích',
        'Đỗ Đức',
        'Nga Thị Hoa',
        'Nguyễn Thị Nga',
        'Siu H’Nga',
        'Trần Thị Kim Ngân',
        'Y-Thoa Niê',
        'Nguyễn Hoàng Phúc',
        'Đặng Thị Bích Phượng',
        'Puih Thưng',
      ]);
    } else assert.ok(all.length >= 4);
  }
  for (const made of [[1e300, 'x', newId()], [0, 'x\u0000', newId()], [0, '\ud800', newId()], [0.5, 'x', newId()], 7]) {
    const after = Buffer.from(JSON.stringify(made)).toString('base64url');
    await assert.rejects(stage.do(official, 'directory.search', { query: 'a', after }), code('malformed'), after);
  }
  await assert.rejects(stage.do(official, 'directory.people', { after: 'no cursor' }), code('malformed'));
});

test('the profile says where somebody is; the number only as its owner allows', async () => {
  const phuc = await stage.do(official, 'directory.person', { account: ids['phuc']! });
  assert.equal(phuc.areaTitle, 'Xã Ia Grai, tỉnh Gia Lai');
  assert.equal(phuc.person.areaName, 'Xã Ia Grai');
  assert.equal(phuc.person.phone, '+84905318462');
  const hnga = await stage.do(official, 'directory.person', { account: ids['hnga']! });
  assert.deepEqual(
    hnga.units.map((it) => it.name),
    [UNIT_NAMES.commune, UNIT_NAMES.office],
  );
  const phoneOf = async (as: typeof official) =>
    (await stage.do(as, 'directory.person', { account: ids['ngan']! })).person.phone;
  assert.equal(await phoneOf(official), null);
  assert.equal(await phoneOf(admin), '+84905000002');
  assert.equal(await phoneOf(actor(ids['ngan']!)), '+84905000002');
});

test('reading a query', () => {
  assert.deepEqual(readPeopleQuery('123'), { by: 'words', text: '123', words: ['123'] });
  assert.deepEqual(readPeopleQuery('Thôn 2'), { by: 'words', text: 'thon 2', words: ['thon', '2'] });
  assert.equal(readPeopleQuery('…').by, 'nothing');
});

test('50,000 people: words and numbers are answered by the trigram indexes, pages by the index of names', async () => {
  const tx = await stage.db.startTransaction().execute();
  // Filling takes as long as it takes.
  await sql`set local statement_timeout = 0`.execute(tx);
  await sql`
    insert into streams (id, kind)
    select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'account' from generate_series(1, 50000) n`.execute(
    tx,
  );
  // In pieces: no statement of a house may take longer than its connection waits.
  for (let from = 1; from <= 50_000; from += 5_000) {
    await sql`
      insert into accounts (id, name, phone, position, unit, search)
      select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, name, '+849' || lpad((10000000 + n * 7)::text, 8, '0'), 'Chuyên viên', ${units.office},
        ' ' || lower(name) || ' |  | chuyen vien | van phong hdnd va ubnd'
      from (
        select n, (array['Nguyen','Tran','Le','Pham','Siu','Rmah','Kpa','Dang'])[1 + n % 8] || ' ' || (array['Van','Thi','Hoang','Minh'])[1 + n % 4]
          || ' ' || (array['An','Binh','Chau','Dung','Hai','Khoa','Lan','Mai','Phong','Quy'])[1 + n % 10] || (n % 997) as name
        from generate_series(${from}::int, ${from + 4_999}::int) n
      ) t`.execute(tx);
  }
  await sql`analyze accounts`.execute(tx);
  await tx.commit().execute();

  const plan = async (statement: ReturnType<typeof sql>): Promise<string> => {
    const { rows } = await sql<{ 'QUERY PLAN': unknown }>`explain (format json) ${statement}`.execute(stage.db);
    return JSON.stringify(rows[0]!['QUERY PLAN']);
  };
  // The statements as the store writes them are the ones explained: they are caught on their way to the database.
  const caught: { sql: string; parameters: readonly unknown[] }[] = [];
  const { searchByNumber, searchByWords, peopleIn } = await import('./store.ts');
  const spy = stage.db.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: ({ result }) => Promise.resolve(result),
  });
  const executor = spy.getExecutor();
  const original = executor.executeQuery.bind(executor);
  executor.executeQuery = ((query: { sql: string; parameters: readonly unknown[] }, ...rest: unknown[]) => {
    caught.push({ sql: query.sql, parameters: query.parameters });
    return (original as (...all: unknown[]) => unknown)(query, ...rest);
  }) as never;
  const scope = { units: undefined, areas: undefined, all: false };
  const explained = async (run: () => Promise<unknown[]>): Promise<string> => {
    caught.length = 0;
    await run();
    const { sql: text, parameters } = caught[0]!;
    const pieces = text.split(/\$\d+/);
    const order = [...text.matchAll(/\$(\d+)/g)].map((it) => parameters[Number(it[1]) - 1]);
    return plan(
      sql.join(
        pieces.flatMap((piece, at) => (at < order.length ? [sql.raw(piece), sql`${order[at]}`] : [sql.raw(piece)])),
        sql``,
      ),
    );
  };

  const byWords = await explained(() =>
    searchByWords(spy, { text: 'rmah lan512', words: ['rmah', 'lan512'] }, scope, undefined, 30),
  );
  assert.match(byWords, /accounts_by_search/);
  assert.doesNotMatch(byWords, /"Seq Scan"[^{}]*"accounts"/);
  const byNumber = await explained(() =>
    searchByNumber(spy, { prefix: '', part: '350007', whole: undefined }, false, scope, undefined, 30),
  );
  assert.match(byNumber, /accounts_by_phone_part|accounts_phone_key/);
  const first = await explained(() => peopleIn(spy, scope, undefined, 100));
  assert.match(first, /accounts_by_sort_name/);
  const later = await explained(() => peopleIn(spy, scope, { rank: 0, sortName: 'Lan500', id: newId() }, 100));
  assert.match(later, /accounts_by_sort_name/);
});
