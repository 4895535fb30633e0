import { Readable } from 'node:stream';

import { isId } from '../../../protocol/id.ts';
import { problem } from '../../../protocol/problem.ts';
import type { House, Route, Served } from '../../../server/house.ts';
import { READ_MS } from '../../sealed/rules.ts';
import { fileProblems } from '../protocol.ts';
import type { Size } from '../rules.ts';
import { blobSeenBy } from '../store/keeping.ts';
import type { SeenBlob } from '../store/keeping.ts';
import { BlobDamaged } from '../vault/cipher.ts';
import type { Vault } from '../vault/vault.ts';

/** A chat that is leafed through asks for a picture a line. */
const RATE = { name: 'files', burst: 1_200, perMinute: 1_800 };

/** Files of messages, and one’s own that are not sent yet; who may have them is asked each time. */
export function fileRoutes(house: House, vault: Vault): Route[] {
  const route = (path: string, size: Size | 'whole'): Route => ({
    path,
    who: 'account',
    rate: RATE,
    async get({ id, save }, actor, headers) {
      const opened = new Date(house.now().getTime() - READ_MS);
      const blob = isId(id) && actor ? await blobSeenBy(house.db, actor.account, id, size, opened) : undefined;
      if (!blob) throw problem('not_found');
      return serve(house, vault, blob, {
        save: save !== undefined,
        range: headers?.['range'],
        ifRange: headers?.['if-range'],
      });
    },
  });
  return [route('/f/:id', 'whole'), route('/f/:id/thumb', 'thumb'), route('/f/:id/screen', 'screen')];
}

interface Wish {
  readonly save: boolean;
  readonly range: unknown;
  readonly ifRange: unknown;
}

async function serve(house: House, vault: Vault, blob: SeenBlob, { save, range, ifRange }: Wish): Promise<Served> {
  const { bytes } = blob;
  const tag = `"${blob.sha256.toString('hex').slice(0, 32)}"`;
  // Only what was encoded here is shown; nothing a stranger made is ever a page of this house.
  const shown = blob.size !== 'whole' && !save;
  const headers = {
    'content-type': blob.type,
    'content-disposition': disposition(shown ? 'inline' : 'attachment', blob.name),
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'x-download-options': 'noopen',
    'accept-ranges': 'bytes',
    etag: tag,
  };
  const asked = ifRange === undefined || ifRange === tag ? rangeIn(range, bytes) : undefined;
  if (asked === 'none') return { status: 416, headers: { 'content-range': `bytes */${bytes}` }, body: '' };
  const { from, upTo } = asked ?? { from: 0, upTo: bytes };
  const body = await begun(house, blob, vault.read(blob, from, upTo));
  return {
    status: asked ? 206 : 200,
    headers: {
      ...headers,
      'content-length': String(upTo - from),
      ...(asked ? { 'content-range': `bytes ${from}-${upTo - 1}/${bytes}` } : {}),
    },
    body,
  };
}

/** The first chunk is read before anything is answered, so that a damaged file is told of, not broken off. */
async function begun(house: House, blob: SeenBlob, bytes: AsyncGenerator<Buffer>): Promise<Readable> {
  const tell = (error: unknown): void =>
    house.log.error(
      { file: blob.file, blob: blob.id, error: (error as Error).message },
      'a stored file cannot be read',
    );
  let first: IteratorResult<Buffer>;
  try {
    first = await bytes.next();
  } catch (error) {
    tell(error);
    const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (error instanceof BlobDamaged || gone) {
      house.metrics.files.inc({ outcome: 'lost' });
      throw fileProblems('file.lost');
    }
    // The store is away.
    throw problem('busy', { wait: 5 });
  }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      if (first.done) return;
      yield first.value;
      yield* bytes;
    } catch (error) {
      tell(error);
      throw error;
    } finally {
      await bytes.return(undefined);
    }
  }
  return Readable.from(all(), { objectMode: false, highWaterMark: 131_072 });
}

/** One range; several at once, or what is none, are answered with everything, as RFC 9110 allows. `none`: it lies behind the end. */
function rangeIn(header: unknown, bytes: number): { from: number; upTo: number } | 'none' | undefined {
  const [, first = '', last = ''] =
    typeof header === 'string' ? (/^bytes=(\d{0,15})-(\d{0,15})$/.exec(header) ?? []) : [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), bytes);
    return length === 0 ? 'none' : { from: bytes - length, upTo: bytes };
  }
  const from = Number(first);
  if (last !== '' && Number(last) < from) return undefined;
  if (from >= bytes) return 'none';
  return { from, upTo: last === '' ? bytes : Math.min(Number(last) + 1, bytes) };
}

/** RFC 6266: for old readers in Latin letters, for all others as it is. */
function disposition(as: 'inline' | 'attachment', name: string): string {
  const plain = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D')
    .replace(/[^ A-Za-z0-9._()-]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${as}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
