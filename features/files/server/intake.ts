import { randomUUIDv7 } from 'node:crypto';

import { isId } from '../../../protocol/id.ts';
import { problem } from '../../../protocol/problem.ts';
import type { Asked, House, Intake, RequestHeaders, Served } from '../../../server/house.ts';
import { fileProblems } from '../protocol.ts';
import { FILE_BYTES_MOST, UPLOADS_PATH, WISHES } from '../rules.ts';
import { saveArrived, saveCame, uploadsOf } from '../store/uploads.ts';
import type { UploadRow } from '../store/uploads.ts';
import { isDiskError } from '../vault/parts.ts';
import type { Checksum } from '../vault/parts.ts';
import type { Vault } from '../vault/vault.ts';
import type { Owners } from './owners.ts';
import type { Pipeline } from './pipeline.ts';

const VERSION = '1.0.0';
const TUS = { 'tus-resumable': VERSION };
/** What this door can do beside the core of the protocol. */
const ABILITIES = {
  'tus-version': VERSION,
  'tus-extension': 'creation,expiration,termination,checksum',
  'tus-max-size': String(FILE_BYTES_MOST),
  'tus-checksum-algorithm': 'sha1,sha256',
};
const RATE = { name: 'uploads', burst: 200, perMinute: 1_200 };
const PART = 'application/offset+octet-stream';
const METADATA_MOST = 8_192;

/** Uploads by tus 1.0: what has come over a line that broke is kept, and the next line goes on there. */
export function uploadIntakes(house: House, vault: Vault, pipeline: Pipeline, owners: Owners): Intake[] {
  const one = `${UPLOADS_PATH}/:id`;

  /** The upload of this person, and its key; the same answer for another’s as for none. */
  async function uploadOf({ params, actor }: Asked): Promise<UploadRow> {
    const { id } = params;
    const [row] = isId(id) ? await uploadsOf(house.db, actor.account, [id]) : [];
    if (!row) throw problem('not_found');
    return row;
  }

  function keyOf(row: UploadRow): Buffer {
    const key = row.partKey ? vault.partKey(row.id, row.partKey) : undefined;
    // The machine was started anew: nobody can read what had come. It begins again.
    if (!key) throw problem('not_found');
    return key;
  }

  return [
    {
      path: UPLOADS_PATH,
      method: 'POST',
      rate: RATE,
      async take({ headers, perform }) {
        refuseVersion(headers);
        const length = numberIn(headers, 'upload-length');
        const key = textIn(headers, 'idempotency-key');
        const begun = (await perform(
          'file.begin',
          { ...metadataIn(headers), bytes: length },
          isId(key) ? key : randomUUIDv7(),
        )) as { file: string };
        return { status: 201, headers: { ...TUS, location: `${UPLOADS_PATH}/${begun.file}` }, body: '' };
      },
    },
    {
      path: one,
      method: 'HEAD',
      rate: RATE,
      async take(asked) {
        refuseVersion(asked.headers);
        const row = await uploadOf(asked);
        const { bytes, state } = row;
        // It has been looked at and may not be sent: there is nothing to go on with.
        if (state === 'refused') return { status: 410, headers: TUS, body: '' };
        const passed = state === 'uploading' && (await owners.elsewhere(row.node, 'HEAD', pathOf(row), asked));
        if (passed) return passed;
        const offset = state === 'uploading' ? await vault.parts.offsetOf(row.id, keyOf(row)) : bytes;
        return answer(200, row, offset, { 'upload-length': String(bytes), ...ABILITIES });
      },
    },
    {
      path: one,
      method: 'PATCH',
      rate: RATE,
      takes: PART,
      async take(asked) {
        const { headers, body } = asked;
        refuseVersion(headers);
        const at = numberIn(headers, 'upload-offset');
        const checksum = checksumIn(headers);
        const row = await uploadOf(asked);
        if (row.state !== 'uploading') throw fileProblems('file.elsewhere', { offset: row.bytes });
        const passed = await owners.elsewhere(row.node, 'PATCH', pathOf(row), asked);
        if (passed) return passed;
        if (house.storage.isLow) throw problem('server.storage_full', { wait: 10 });
        const key = keyOf(row);
        // A request says how long it is, or ends when it ends.
        const length = textIn(headers, 'content-length');
        if (length !== undefined && at + Number(length) > row.bytes)
          throw fileProblems('file.too_large', { most: row.bytes });
        const outcome = await vault.parts
          .append({ id: row.id, key, most: row.bytes }, at, body, checksum)
          .catch((error: unknown) => {
            if (isDiskError(error)) throw problem('server.storage_full', { wait: 10 });
            // The line broke; nobody is there to hear of it.
            if (body.destroyed) throw problem('busy', { wait: 1 });
            throw error;
          });
        if ('elsewhere' in outcome) throw fileProblems('file.elsewhere', { offset: outcome.elsewhere });
        if ('mistaken' in outcome) throw fileProblems('file.checksum');
        // So that other nodes can say how far it is.
        if (house.config.nats) await saveCame(house.db, row.id, outcome.offset);
        if (outcome.offset === row.bytes && (await saveArrived(house.db, row.id))) pipeline.submit(row.id, row.owner);
        return answer(204, row, outcome.offset);
      },
    },
    {
      path: one,
      method: 'DELETE',
      rate: RATE,
      async take(asked) {
        refuseVersion(asked.headers);
        const { id } = await uploadOf(asked);
        await asked.perform('file.cancel', { file: id }, randomUUIDv7());
        return { status: 204, headers: TUS, body: '' };
      },
    },
  ];
}

const pathOf = ({ id }: UploadRow): string => `${UPLOADS_PATH}/${id}`;

function answer(status: number, row: UploadRow, offset: number, more: Readonly<Record<string, string>> = {}): Served {
  return {
    status,
    headers: { ...TUS, 'upload-offset': String(offset), 'upload-expires': row.endsAt.toUTCString(), ...more },
    body: '',
  };
}

function textIn(headers: RequestHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

function refuseVersion(headers: RequestHeaders): void {
  if (textIn(headers, 'tus-resumable') !== VERSION) throw fileProblems('file.version', { version: VERSION });
}

function numberIn(headers: RequestHeaders, name: string): number {
  const text = textIn(headers, name) ?? '';
  if (!/^\d{1,15}$/.test(text)) throw problem('malformed', { field: name, reason: 'not a number' });
  return Number(text);
}

/** `key base64,key base64`; keys this house does not know are passed over, as the protocol asks. */
function metadataIn(headers: RequestHeaders): Record<string, unknown> {
  const text = textIn(headers, 'upload-metadata') ?? '';
  if (text.length > METADATA_MOST) throw problem('too_large');
  const given = new Map<string, string>();
  for (const pair of text.split(',')) {
    const [key = '', value = ''] = pair.trim().split(' ');
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value))
      throw problem('malformed', { field: 'upload-metadata', reason: 'not base64' });
    given.set(key, value);
  }
  const textOf = (key: string): string | undefined => {
    const value = given.get(key);
    return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8');
  };
  const kind = textOf('kind');
  const seconds = textOf('seconds');
  const wave = given.get('wave');
  const poster = textOf('poster');
  return {
    name: textOf('filename') ?? textOf('name') ?? '',
    ...(WISHES.some((it) => it === kind) ? { kind } : {}),
    ...(seconds === undefined ? {} : { seconds: Number(seconds) }),
    ...(wave === undefined ? {} : { wave }),
    ...(poster === undefined ? {} : { poster }),
  };
}

function checksumIn(headers: RequestHeaders): Checksum | undefined {
  const text = textIn(headers, 'upload-checksum');
  if (text === undefined) return undefined;
  const [algorithm, digest = ''] = text.split(' ');
  if (algorithm !== 'sha1' && algorithm !== 'sha256')
    throw problem('malformed', { field: 'upload-checksum', reason: 'sha1 and sha256 are known' });
  return { algorithm, digest: Buffer.from(digest, 'base64') };
}
