import { createHash, randomUUIDv7 } from 'node:crypto';

import { sql } from 'kysely';
import sharp from 'sharp';

import type { File } from '../features/files/protocol.ts';
import { insertBlobs } from '../features/files/store/uploads.ts';
import type { BlobRow } from '../features/files/store/uploads.ts';
import { openVault } from '../features/files/vault/vault.ts';
import type { House } from '../server/house.ts';

/** Pictures that differ; each photo has its own address and bytes, so that nothing is decoded once for many. */
const KINDS = 12;
const TOGETHER = 250;

async function drawnIn(hue: number, width: number): Promise<Buffer> {
  const height = (width * 3) / 4;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="hsl(${hue} 20% 80%)"/><path d="M0 ${height} V${height / 2} Q${width / 3} ${height / 4} ${width} ${height / 1.6} V${height}Z" fill="hsl(${hue} 30% 40%)"/></svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 70 }).toBuffer();
}

/** Makes the last `photos` messages of a group into photos, kept as the house keeps them: as if they had been sent. */
export async function intoPhotos({ db, config, log }: House, group: string, photos: number): Promise<void> {
  const vault = await openVault(config, log);
  const drawings = await Promise.all(
    Array.from({ length: KINDS }, async (_, at) => ({
      thumb: await drawnIn((at * 360) / KINDS, 320),
      screen: await drawnIn((at * 360) / KINDS, 1_600),
    })),
  );
  const { rows } = await sql<{ id: string; seq: number; sender: string }>`
    select id, seq, sender from messages where group_id = ${group} and kind = 'text' order by seq desc limit ${photos}`.execute(
    db,
  );
  for (let from = 0; from < rows.length; from += TOGETHER) {
    const some = rows.slice(from, from + TOGETHER).map((it, at) => {
      const { thumb, screen } = drawings[(from + at) % KINDS]!;
      const id = randomUUIDv7();
      const shape: File = {
        id,
        kind: 'photo',
        name: `anh-${it.seq}.jpg`,
        bytes: screen.length,
        type: 'image/jpeg',
        width: 1_600,
        height: 1_200,
      };
      return { ...it, shape, sizes: { thumb, screen } };
    });
    await sql`
      insert into files (id, owner, wish, state, name, bytes, given, shape, created_at, ends_at)
      select id, owner, 'photo', 'ready', shape ->> 'name', (shape ->> 'bytes')::bigint, '{}', shape, now(), now() + interval '7 days'
      from unnest(${some.map((it) => it.shape.id)}::uuid[], ${some.map((it) => it.sender)}::uuid[],
        ${some.map((it) => JSON.stringify(it.shape))}::jsonb[]) as t (id, owner, shape)`.execute(db);
    const blobs: (BlobRow & { readonly raw: Buffer })[] = some.flatMap(({ shape, sizes }) =>
      (['thumb', 'screen'] as const).map((size) => {
        const blob = randomUUIDv7();
        const raw = sizes[size];
        return {
          id: blob,
          file: shape.id,
          size,
          type: 'image/jpeg',
          bytes: raw.length,
          sha256: createHash('sha256').update(raw).digest(),
          key: vault.newBlobKey(blob),
          raw,
        };
      }),
    );
    await insertBlobs(db, blobs);
    for (const it of blobs) await vault.keep(it, it.raw);
    await sql`
      update messages m set text = '', form = jsonb_build_object('files', jsonb_build_array(shape))
      from unnest(${some.map((it) => it.id)}::uuid[], ${some.map((it) => JSON.stringify(it.shape))}::jsonb[]) as t (id, shape)
      where m.id = t.id`.execute(db);
    await sql`
      insert into message_files (group_id, seq, place, message, file, kind, extension, sender, at)
      select m.group_id, m.seq, 0, m.id, t.file, 'photo', 'jpg', m.sender, m.sent_at
      from unnest(${some.map((it) => it.id)}::uuid[], ${some.map((it) => it.shape.id)}::uuid[]) as t (id, file)
      join messages m on m.id = t.id`.execute(db);
  }
  await vault.parts.close();
}

export interface Walk {
  /** Photos that were in the page at once, at most. */
  readonly imagesMost: number;
  /** How often something that was read moved although nobody scrolled, by more than two pixels. */
  readonly jumps: number;
  /** Layout shifts the browser saw that no hand had caused. */
  readonly shift: number;
  readonly steps: number;
}

/**
 * For `page.evaluate`: goes up through a conversation `stride` windows at a time until `photos` have come by, or its beginning; at
 * each stop what stands in the middle must stay where it is while photos and older lines come in.
 */
export async function walkUp(wish: { photos: number; stride: number; patienceMs: number }): Promise<Walk> {
  const { photos, stride, patienceMs } = wish;
  const log = document.querySelector<HTMLElement>('[role="log"]')!;
  const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
  const seen = new Set<string>();
  let [imagesMost, jumps, shift, steps] = [0, 0, 0, 0];
  const shifts = new PerformanceObserver((list) => {
    for (const it of list.getEntries() as (PerformanceEntry & { hadRecentInput: boolean; value: number })[])
      if (!it.hadRecentInput) shift += it.value;
  });
  const until = performance.now() + patienceMs;
  const atStart = (): boolean => document.querySelector('.log-start') !== null && log.scrollTop < 2;
  while (seen.size < photos && !atStart() && performance.now() < until) {
    steps += 1;
    log.scrollTop -= log.clientHeight * stride;
    await frame();
    await frame();
    shifts.observe({ type: 'layout-shift' });
    const middle = log.getBoundingClientRect().top + log.clientHeight / 2;
    const lines = [...log.querySelectorAll<HTMLElement>('article')];
    const anchor = lines.find((it) => it.getBoundingClientRect().bottom > middle);
    const key = anchor?.dataset['key'];
    const before = anchor?.getBoundingClientRect().top ?? 0;
    const images = [...log.querySelectorAll('img')];
    imagesMost = Math.max(imagesMost, images.length);
    for (const it of images) if (new URL(it.src).pathname.startsWith('/f/')) seen.add(it.src);
    await Promise.all(images.map((it) => it.decode().catch(() => undefined)));
    await frame();
    await frame();
    const same = key === undefined ? undefined : log.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
    // Gone from the page altogether it has moved further than that.
    if (key !== undefined && (!same || Math.abs(same.getBoundingClientRect().top - before) > 2)) jumps += 1;
    shifts.disconnect();
  }
  return { imagesMost, jumps, shift, steps };
}
