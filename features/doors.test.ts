import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, test } from 'node:test';

import { sql } from 'kysely';
import sharp from 'sharp';

import { openActors } from '../testing/actors.ts';
import type { Actors } from '../testing/actors.ts';
import type { TestClient } from '../testing/client.ts';
import { openTestHouse } from '../testing/house.ts';
import type { TestHouse, TestPerson } from '../testing/house.ts';
import { ACTORS, COLLEAGUES, EVERYBODY, LEADERS, MEMBERS, NOBODY, OUTSIDE } from '../testing/rights.ts';
import type { ActorName } from '../testing/rights.ts';
import { plainPdf } from '../testing/samples.ts';
import { beginUpload, uploaded } from '../testing/uploads.ts';

/** The matrix of rights at the doors beside the actions: what is fetched by address, and what comes by itself. */
let house: TestHouse;
let actors: Actors;
/** Files by whose message carries them; one that is not sent yet. */
let files: { ours: string; theirs: string; unsent: string; posted: string };
/** Pictures of pages, by whose message links to them. */
let previews: { ours: string; theirs: string };
let photos: { person: string; ours: string; theirs: string; absent: string };
/** Reminders by whose group they are of. */
let reminders: { ours: string; theirs: string };
/** Rules of use by where they are in force, as files of both forms. */
let rules: Record<
  'docx' | 'pdf',
  { ours: string; ourDraft: string; theirs: string; theirDraft: string; unit: string; unitDraft: string }
>;

before(async () => {
  house = await openTestHouse({ limits: false });
  actors = await openActors(house);
  const bytes = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
    .webp()
    .toBuffer();
  const photoOf = async (owner: string): Promise<string> => {
    const id = randomUUID();
    await sql`insert into photos (id, owner, large, small) values (${id}, ${owner}, ${bytes}, ${bytes})`.execute(
      house.db,
    );
    return id;
  };
  photos = {
    person: await photoOf(actors.theirs.account),
    ours: await photoOf(actors.ours.group),
    theirs: await photoOf(actors.theirs.group),
    absent: randomUUID(),
  };

  const theirs = await house.addDevice({ ...actors.person('owner')!, id: actors.theirs.account });
  const owner = actors.person('owner')!;
  const fileOf = async (who: TestPerson, group?: string): Promise<string> => {
    const { id } = await uploaded(house, who, plainPdf(), { name: 'ke-hoach.pdf' });
    const sent = group && (await house.post(who, 'message.send', { group, text: '', files: [id] }));
    assert.ok(!sent || sent.status === 200, JSON.stringify(sent));
    return id;
  };
  const begun = await beginUpload({ address: house.address, cookie: owner.cookie }, 10, { name: 'dang-gui.txt' });
  files = {
    ours: await fileOf(owner, actors.ours.group),
    theirs: await fileOf(theirs, actors.theirs.group),
    unsent: await fileOf(owner),
    posted: begun.headers.get('location')!,
  };

  const previewOf = async (who: TestPerson, group: string): Promise<string> => {
    const [id, link] = [randomUUID(), `https://gialai.gov.vn/${group}`];
    const { status } = await house.post(who, 'message.send', { group, text: link });
    assert.equal(status, 200);
    await sql`
      insert into link_previews (id, link, digest, fetched_at, title, picture)
      values (${id}, ${link}, sha256(${link}::bytea), now(), 'Trang', ${bytes})`.execute(house.db);
    return id;
  };
  previews = {
    ours: await previewOf(owner, actors.ours.group),
    theirs: await previewOf(theirs, actors.theirs.group),
  };

  const reminderOf = async (maker: string, group: string): Promise<string> => {
    const id = randomUUID();
    await sql`
      insert into reminders (id, group_id, maker, title, text, place, link, files, urgency, timing, early, created_at, changed_at, looked_at)
      values (${id}, ${group}, ${maker}, 'Họp', '', '', '', '[]', 0,
        ${JSON.stringify({ start: 1_800_000_000_000, wholeDay: false, minutes: 60, repeat: null, exceptions: [] })}::jsonb, '{}', now(), now(), now())`.execute(
      house.db,
    );
    return id;
  };
  reminders = {
    ours: await reminderOf(owner.id, actors.ours.group),
    theirs: await reminderOf(theirs.id, actors.theirs.group),
  };
  const feed = await house.post(owner, 'feed.renew', { secret: SECRET, titles: true });
  assert.equal(feed.status, 200);

  const by = house.cast.leader.id;
  await sql`update groups set photo = ${photos.ours} where id = ${actors.ours.group}`.execute(house.db);
  await sql`
    insert into links (id, group_id, code, by, at, revoked_at)
    values (${randomUUID()}, ${actors.ours.group}, ${LINK}, ${by}, now(), null), (${randomUUID()}, ${actors.ours.group}, ${REVOKED}, ${by}, now(), now())`.execute(
    house.db,
  );
  let version = 0;
  const regulationOf = async (form: string, of: { group?: string; unit?: string }, draft = false): Promise<string> => {
    const [id, file] = [randomUUID(), randomUUID()];
    version += 1;
    await sql`
      insert into regulation_files (id, name, form, size, sha256, bytes)
      values (${file}, ${`quy-che.${form}`}, ${form}, 4, ''::bytea, 'file'::bytea)`.execute(house.db);
    await sql`
      insert into regulations (id, group_id, unit, version, title, file, by, at)
      values (${id}, ${of.group ?? null}, ${of.unit ?? null}, ${draft ? null : version}, 'Quy chế', ${file}, ${by}, now())`.execute(
      house.db,
    );
    return id;
  };
  const rulesAs = async (form: 'docx' | 'pdf') => {
    const { ours, theirs } = actors;
    // A group, a unit has one draft.
    const [group, other, unit] =
      form === 'docx'
        ? [ours.group, theirs.group, ours.unit]
        : [await actors.group(), await house.addGroup([{ id: theirs.account }]), ours.empty];
    await sql`update groups set unit = ${unit} where id = ${group}`.execute(house.db);
    return {
      ours: await regulationOf(form, { group }),
      ourDraft: await regulationOf(form, { group }, true),
      theirs: await regulationOf(form, { group: other }),
      theirDraft: await regulationOf(form, { group: other }, true),
      unit: await regulationOf(form, { unit }),
      unitDraft: await regulationOf(form, { unit }, true),
    };
  };
  rules = { docx: await rulesAs('docx'), pdf: await rulesAs('pdf') };
});

interface Asked {
  readonly address: () => string;
  readonly may: readonly ActorName[];
  /** Answered as for what does not exist; who is in neither list has to sign in first. */
  readonly unseen: readonly ActorName[];
}

const SECRET = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQ';
const LINK = 'AAAAAAAAAAAAAAAAAAAAAQ';
const REVOKED = 'AAAAAAAAAAAAAAAAAAAAAg';

const photoRows = (size: string): Asked[] => [
  { address: () => `/photos/${photos.person}${size}`, may: COLLEAGUES, unseen: [] },
  { address: () => `/photos/${photos.ours}${size}`, may: MEMBERS, unseen: OUTSIDE },
  { address: () => `/photos/${photos.theirs}${size}`, may: [], unseen: COLLEAGUES },
  { address: () => `/photos/${photos.absent}${size}`, may: [], unseen: COLLEAGUES },
  { address: () => `/photos/no-photo${size}`, may: [], unseen: COLLEAGUES },
];
const fileRows = (size: string): Asked[] => [
  { address: () => `/f/${files.ours}${size}`, may: MEMBERS, unseen: OUTSIDE },
  { address: () => `/f/${files.theirs}${size}`, may: [], unseen: COLLEAGUES },
  // Until it is sent it is its sender’s alone.
  { address: () => `/f/${files.unsent}${size}`, may: ['owner'], unseen: COLLEAGUES.filter((it) => it !== 'owner') },
  { address: () => `/f/${photos.absent}${size}`, may: [], unseen: COLLEAGUES },
  { address: () => `/f/no-file${size}`, may: [], unseen: COLLEAGUES },
];
const ruleRows = (form: 'docx' | 'pdf'): Asked[] => {
  const row = (of: keyof (typeof rules)['pdf'], may: readonly ActorName[], as: 'docx' | 'pdf' = form): Asked => ({
    address: () => `/regulations/${rules[form][of]}/${as}`,
    may,
    unseen: COLLEAGUES.filter((it) => !may.includes(it)),
  });
  return [
    row('ours', MEMBERS),
    row('ourDraft', LEADERS),
    row('theirs', []),
    row('theirDraft', []),
    // A unit's default is for its groups and for those who make it.
    row('unit', [...MEMBERS, 'administrator', 'resting']),
    row('unitDraft', []),
    row('ours', [], form === 'pdf' ? 'docx' : 'pdf'),
    { address: () => `/regulations/${photos.absent}/${form}`, may: [], unseen: COLLEAGUES },
  ];
};
const open = (address: string): Asked => ({ address: () => address, may: EVERYBODY, unseen: [] });
const nothing = (address: string): Asked => ({ address: () => address, may: [], unseen: EVERYBODY });

/** By the address under which it is registered: what is asked for there, and who gets it. */
const doors: Readonly<Record<string, readonly Asked[]>> = {
  '/photos/:id': photoRows(''),
  '/photos/:id/large': photoRows('/large'),
  '/f/:id': fileRows(''),
  '/f/:id/thumb': fileRows('/thumb'),
  '/f/:id/screen': fileRows('/screen'),
  '/previews/:id': [
    { address: () => `/previews/${previews.ours}`, may: MEMBERS, unseen: OUTSIDE },
    { address: () => `/previews/${previews.theirs}`, may: [], unseen: COLLEAGUES },
    { address: () => `/previews/${photos.absent}`, may: [], unseen: COLLEAGUES },
    { address: () => '/previews/no-picture', may: [], unseen: COLLEAGUES },
  ],
  // Calendars elsewhere have no session: whoever has the secret has the feed, and nobody else has.
  '/calendar/:file': [
    open(`/calendar/${SECRET}.ics`),
    nothing(`/calendar/${SECRET}`),
    nothing(`/calendar/${SECRET.toLowerCase()}.ics`),
    nothing('/calendar/.ics'),
  ],
  '/calendar/reminders/:file': [
    { address: () => `/calendar/reminders/${reminders.ours}.ics`, may: MEMBERS, unseen: OUTSIDE },
    { address: () => `/calendar/reminders/${reminders.theirs}.ics`, may: [], unseen: COLLEAGUES },
    { address: () => `/calendar/reminders/${photos.absent}.ics`, may: [], unseen: COLLEAGUES },
    { address: () => '/calendar/reminders/no-reminder.ics', may: [], unseen: COLLEAGUES },
  ],
  // Whoever has a link sees the photo, until it is revoked.
  '/photos/links/:code': [
    { address: () => `/photos/links/${LINK}`, may: COLLEAGUES, unseen: [] },
    { address: () => `/photos/links/${REVOKED}`, may: [], unseen: COLLEAGUES },
    { address: () => '/photos/links/khong-co', may: [], unseen: COLLEAGUES },
  ],
  '/regulations/:id/docx': ruleRows('docx'),
  '/regulations/:id/pdf': ruleRows('pdf'),
  '/huong-dan': [open('/huong-dan')],
  '/huong-dan/:page': [open('/huong-dan/tin-nhan'), nothing('/huong-dan/khong-co')],
  '/huong-dan/style.css': [open('/huong-dan/style.css')],
  '/huong-dan/hinh/:picture': [
    open('/huong-dan/hinh/danh-ba-dt.png'),
    nothing('/huong-dan/hinh/khong-co.png'),
    nothing('/huong-dan/hinh/..%2F..%2Fglossary.md'),
  ],
  '/huong-dan/chu/:font': [nothing('/huong-dan/chu/khong-co.woff2'), nothing('/huong-dan/chu/..%2Fpages.ts')],
};

/** Those of the program itself. */
const standing: readonly Asked[] = [
  open('/healthz'),
  open('/readyz'),
  open('/api/openapi.json'),
  // From the machine itself; from elsewhere there is no such page (server/metrics.test.ts).
  open('/metrics'),
  nothing('/live'),
  nothing('/api/message.page'),
  nothing('/khong-co'),
];

test('every address of a feature is in the matrix', () => {
  assert.deepEqual(Object.keys(doors).sort(), house.features.routes.map((it) => it.path).sort());
});

test('who may fetch what, at every address', async (t) => {
  const unexpected: string[] = [];
  let cells = 0;
  for (const { address, may, unseen } of [...Object.values(doors).flat(), ...standing]) {
    for (const actor of ACTORS) {
      const person = actors.person(actor);
      for (const method of ['GET', 'HEAD']) {
        const response = await fetch(house.address + address(), {
          method,
          headers: person ? { cookie: person.cookie } : {},
        });
        const body = await response.text();
        const wanted = may.includes(actor) ? 200 : unseen.includes(actor) ? 404 : 401;
        const whole = `${response.status} ${wanted === 200 ? '' : body}`;
        const code = { 200: '', 401: 'signed_out', 404: 'not_found' }[wanted];
        const text = code && JSON.stringify({ type: `about:blank#${code}`, title: code, status: wanted, code });
        cells += 1;
        if (whole !== `${wanted} ${method === 'HEAD' ? '' : text}`)
          unexpected.push(`${actor}: ${method} ${address()}: ${wanted} expected, not ${whole}`);
      }
    }
  }
  t.diagnostic(`${cells} cells`);
  assert.deepEqual(unexpected, []);
});

test('an upload is its sender’s alone, at every door for bytes', async () => {
  const doorsForBytes = house.features.intakes!.map((it) => `${it.method} ${it.path}`);
  assert.deepEqual(doorsForBytes.sort(), [
    'DELETE /files/uploads/:id',
    'HEAD /files/uploads/:id',
    'PATCH /files/uploads/:id',
    'POST /files/uploads',
  ]);
  const tus = { 'tus-resumable': '1.0.0', origin: house.address };
  const part = { 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' };
  for (const actor of ACTORS) {
    const person = actors.person(actor);
    const ask = async (method: string, path: string, headers: Record<string, string> = {}, body?: string) => {
      const cookie: Record<string, string> = person ? { cookie: person.cookie } : {};
      const response = await fetch(house.address + path, {
        method,
        headers: { ...tus, ...cookie, ...headers },
        body: body ?? null,
      });
      return response.status;
    };
    const signedIn = (COLLEAGUES as readonly ActorName[]).includes(actor);
    const other = signedIn ? 404 : 401;
    const metadata = `filename ${Buffer.from('a.txt').toString('base64')}`;
    const begin = { 'upload-length': '5', 'upload-metadata': metadata };
    assert.equal(await ask('POST', '/files/uploads', begin), signedIn ? 201 : 401, actor);
    if (actor === 'owner') continue;
    for (const path of [files.posted, `/files/uploads/${photos.absent}`, '/files/uploads/no-upload']) {
      assert.equal(await ask('HEAD', path), other, actor);
      assert.equal(await ask('PATCH', path, part, '0123456789'), other, actor);
      assert.equal(await ask('DELETE', path), other, actor);
    }
  }
  const cookie = actors.person('owner')!.cookie;
  const mine = await fetch(house.address + files.posted, { method: 'HEAD', headers: { ...tus, cookie } });
  assert.deepEqual([mine.status, mine.headers.get('upload-offset')], [200, '0']);
});

/** Everything a device was told about a stream, by itself or in answer to its hello. */
function told(client: TestClient, stream: string): string[] {
  const { fetch, heads, gone } = client.welcome!;
  return [
    ...(stream in fetch ? ['fetch'] : []),
    ...(stream in heads ? ['heads'] : []),
    ...(gone.includes(stream) ? ['gone'] : []),
    ...client.of(stream).map((it) => it.on),
    ...client.signals.filter((it) => it.in === stream).map((it) => it.signal),
  ];
}

test('nobody follows or resumes a stream that is not theirs, and none is told from one that does not exist', async (t) => {
  const group = await actors.group();
  const { theirs, absent } = actors;
  const owner = actors.person('owner')!;
  const other = { ...owner, id: theirs.account, session: theirs.device };
  const stranger = await house.addDevice(other);
  for (let n = 0; n < 3; n += 1) {
    await house.post(owner, 'message.send', { group, text: `Họp lúc ${n} giờ` });
    await house.post(stranger, 'message.send', { group: theirs.group, text: `Việc riêng ${n}` });
  }
  await house.post(stranger, 'chat.pin', { group: theirs.group, on: true });

  const unexpected: string[] = [];
  let cells = 0;
  const clients: { actor: ActorName; cursor: number; client: TestClient }[] = [];
  for (const actor of COLLEAGUES) {
    // From the beginning, from the middle, from the head, from beyond it.
    for (const cursor of [0, 2, 3, 1_000_000]) {
      const person = await house.addDevice(actors.person(actor)!);
      const streams = { [group]: cursor, [theirs.group]: cursor, [theirs.account]: cursor, [absent.group]: cursor };
      clients.push({ actor, cursor, client: await house.connect(person, streams) });
    }
  }
  await house.post(stranger, 'message.send', { group: theirs.group, text: 'Việc riêng nữa' });
  await house.post(stranger, 'chat.type', { group: theirs.group });
  await house.post(stranger, 'chat.pin', { group: theirs.group, on: false });
  await house.post(owner, 'chat.type', { group });
  await house.post(owner, 'message.send', { group, text: 'Họp xong' });
  for (const { actor, cursor, client } of clients) {
    // What is asked for after all of that is answered after all of that.
    await client.callRaw('account.me', {});
    const member = (MEMBERS as readonly ActorName[]).includes(actor);
    if (member) await client.until(() => client.of(group).some((it) => it.n === 4));
    const after = actor === 'owner' ? [] : ['chat.typing'];
    const wanted = {
      [theirs.group]: ['gone'],
      [theirs.account]: ['gone'],
      [absent.group]: ['gone'],
      [group]: !member
        ? ['gone']
        : cursor > 3
          ? ['fetch', 'message.sent', ...after]
          : ['heads', ...Array.from({ length: 4 - cursor }, () => 'message.sent'), ...after],
    };
    for (const [stream, list] of Object.entries(wanted)) {
      cells += 1;
      const heard = told(client, stream);
      if (String(heard) !== String(list))
        unexpected.push(`${actor} from ${cursor}: ${String(heard)}, not ${String(list)}`);
    }
    await client.close();
  }
  t.diagnostic(`${cells} cells`);
  assert.deepEqual(unexpected, []);
});

test('who has no session that holds hears nothing: there is no socket for them', async () => {
  for (const actor of NOBODY) {
    const person = actors.person(actor);
    if (!person) continue;
    await assert.rejects(house.connect(person, { [actors.ours.group]: 0 }), /401/, actor);
  }
});

test('one’s own stream is read by oneself, another’s is as none', async () => {
  const { theirs, absent } = actors;
  for (const actor of COLLEAGUES) {
    const person = actors.person(actor)!;
    const read = (stream: string) => house.post(person, 'stream.read', { stream, after: 0 });
    assert.equal((await read(person.id)).status, 200, actor);
    const none = await read(absent.account);
    assert.equal(none.status, 404);
    assert.deepEqual(await read(theirs.account), none, actor);
  }
});

test('a colleague who left or was disabled is as none to everybody but administrators', async () => {
  const gone = { disabled: actors.person('disabled')!.id, left: (await house.addPerson('Đinh Văn Lập')).id };
  await sql`update accounts set state = 'left' where id = ${gone.left}`.execute(house.db);
  for (const actor of COLLEAGUES) {
    const ask = (name: string, account: string) => house.post(actors.person(actor), name, { account });
    for (const account of Object.values(gone)) {
      const governs = actor === 'administrator' || actor === 'resting';
      const found = await ask('directory.person', account);
      if (governs) assert.equal(found.status, 200, actor);
      else assert.deepEqual(found, await ask('directory.person', actors.absent.account), actor);
      assert.deepEqual(await ask('group.openPair', account), await ask('group.openPair', actors.absent.account), actor);
    }
  }
});
