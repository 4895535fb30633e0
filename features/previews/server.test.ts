import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';
import sharp from 'sharp';

import { newId } from '../../protocol/id.ts';
import type { Guard } from '../../server/guard.ts';
import { openDoor } from '../../server/guard.ts';
import type { QueryContext } from '../../server/handler.ts';
import { ClientProblem } from '../../testing/client.ts';
import type { TestClient } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse } from '../../testing/house.ts';
import type { Answer } from './egress/run.ts';
import { FRESH_DAYS } from './rules.ts';
import { previewHandlers, previewJob, previewRoutes } from './server.ts';

const LINK = 'https://gialai.gov.vn/tin-tuc/bao-so-13';
let house: TestHouse;
let leader: TestClient;

before(async () => {
  house = await openTestHouse({ limits: false });
  leader = await house.connect('leader');
});

const code = (expected: string) => (error: unknown) => error instanceof ClientProblem && error.code === expected;

/** The handler in a house that has previews on, with an internet of the test's. */
function on(fetch: (link: string) => Promise<Answer | undefined>, guard: Guard = openDoor) {
  const open = { ...house.house, config: { ...house.house.config, linkPreviews: true } };
  const handler = previewHandlers(open, { guard, fetch })['preview.get'];
  return (account: string, input: { group: string; message: string; link: string }) =>
    handler(
      {
        db: house.db,
        now: open.now(),
        actor: { account, session: account, administrator: false },
      } as unknown as QueryContext & Parameters<typeof handler>[0],
      input,
    );
}

const page = (title: string, more: Partial<Answer> = {}): Answer => ({
  title,
  description: '',
  site: 'gialai.gov.vn',
  ...more,
});

async function linked(link = LINK): Promise<{ group: string; message: string; link: string }> {
  const group = await house.addGroup([house.cast.leader, house.cast.member]);
  const { id } = await leader.call('message.send', { group, text: `Xem ${link}` });
  return { group, message: id, link };
}

test('of a page to which no message links any more nothing is kept', async () => {
  const it = await linked('https://gialai.gov.vn/thu-hoi');
  const other = await linked('https://gialai.gov.vn/con-lai');
  const kept = async (link: string): Promise<number> => {
    const { rows } = await sql`select from link_previews where link = ${link}`.execute(house.db);
    return rows.length;
  };
  for (const one of [it, other]) await on(async () => page('Bão số 13'))(house.cast.leader.id, one);
  assert.deepEqual([await kept(it.link), await kept(other.link)], [1, 1]);
  await leader.call('message.recall', { group: it.group, message: it.message });
  await previewJob(house.house).run();
  assert.deepEqual([await kept(it.link), await kept(other.link)], [0, 1]);
});

test('turned off nothing is fetched, whoever asks', async () => {
  const it = await linked();
  assert.deepEqual(await leader.call('preview.get', it), { off: true, preview: null });
  const stranger = await house.connect('stranger');
  await assert.rejects(stranger.call('preview.get', it), code('not_found'));
});

test('a page is fetched once for all who ask at once, and again after a week', async () => {
  const it = await linked('https://gialai.gov.vn/mot');
  let fetched = 0;
  const ask = on(async () => {
    fetched += 1;
    return page('Bão số 13', { description: 'Tin\u202e mới\u0000 nhất' });
  });
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask(house.cast.member.id, it)));
  assert.equal(fetched, 1);
  for (const { preview } of answers) {
    assert.deepEqual([preview?.title, preview?.description], ['Bão số 13', 'Tin mới nhất']);
  }
  await ask(house.cast.leader.id, it);
  assert.equal(fetched, 1);
  house.pass(FRESH_DAYS * 86_400_000 + 1);
  await ask(house.cast.leader.id, it);
  assert.equal(fetched, 2);
});

test('only a link of that message, for who may see it', async () => {
  const it = await linked('https://gialai.gov.vn/hai');
  const ask = on(async () => page('Hai'));
  await assert.rejects(ask(house.cast.member.id, { ...it, link: 'https://gialai.gov.vn/khac' }), /not_found/);
  await assert.rejects(ask(house.cast.stranger.id, it), /not_found/);
  await assert.rejects(ask(house.cast.member.id, { ...it, message: newId() }), /not_found/);
});

test('what the guard does not let pass, and what cannot be had, is nothing', async () => {
  const refused = await linked('https://gialai.gov.vn/ba');
  const guard: Guard = {
    ...openDoor,
    text: ({ input }) => {
      if (JSON.stringify(input).includes('MẬT')) throw new Error('refused');
      return {};
    },
  };
  assert.deepEqual(await on(async () => page('TUYỆT MẬT'), guard)(house.cast.leader.id, refused), {
    off: false,
    preview: null,
  });
  const gone = await linked('https://gialai.gov.vn/bon');
  assert.deepEqual(await on(async () => undefined)(house.cast.leader.id, gone), { off: false, preview: null });
});

test('the picture is drawn anew, and is for those who may see a message that links there', async () => {
  const it = await linked('https://gialai.gov.vn/nam');
  const bytes = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#17654f' } })
    .withExif({ IFD0: { Copyright: 'canary' } })
    .jpeg()
    .toBuffer();
  const answer = page('Năm', { picture: { extension: 'jpg', bytes: bytes.toString('base64') } });
  const { preview } = await on(async () => answer)(house.cast.leader.id, it);
  assert.equal(preview?.picture, true);
  const [route] = previewRoutes(house.house);
  const get = (account: string) => route!.get({ id: preview.id }, { account, session: account, administrator: false });
  const { body, headers } = await get(house.cast.member.id);
  assert.equal(headers['content-type'], 'image/webp');
  assert.ok(!(body as Buffer).includes('canary'));
  assert.ok((await sharp(body as Buffer).metadata()).width <= 320);
  await assert.rejects(get(house.cast.stranger.id), /not_found/);

  const bomb = await linked('https://gialai.gov.vn/sau');
  const bad = page('Sáu', {
    picture: { extension: 'png', bytes: Buffer.from('<svg onload=alert(1)>').toString('base64') },
  });
  assert.equal((await on(async () => bad)(house.cast.leader.id, bomb)).preview?.picture, false);

  house.pass(3 * FRESH_DAYS * 86_400_000);
  await previewJob(house.house).run();
  await assert.rejects(get(house.cast.member.id), /not_found/);
});

test('more pages than can wait: the message stands without its card', async () => {
  const group = await house.addGroup([house.cast.leader]);
  const links = Array.from({ length: 30 }, (_, at) => `https://gialai.gov.vn/nhieu/${at}`);
  const messages = await Promise.all(
    links.map(async (link) => ({
      group,
      link,
      message: (await leader.call('message.send', { group, text: link })).id,
    })),
  );
  const gate = Promise.withResolvers<void>();
  const both = Promise.withResolvers<void>();
  let together = 0;
  let most = 0;
  const ask = on(async () => {
    together += 1;
    most = Math.max(most, together);
    if (together === 2) both.resolve();
    await gate.promise;
    together -= 1;
    return page('Có');
  });
  const answers = messages.map((it) => ask(house.cast.leader.id, it));
  // Two are fetched, twenty wait, and those who come last do not.
  let answered = 0;
  const passed = Promise.withResolvers<void>();
  for (const it of answers)
    void it.then(() => {
      answered += 1;
      if (answered === answers.length - 22) passed.resolve();
    });
  await Promise.all([passed.promise, both.promise]);
  gate.resolve();
  const all = await Promise.all(answers);
  assert.equal(all.filter((it) => it.preview).length, 22);
  assert.equal(most, 2);
});
