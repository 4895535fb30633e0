import { createHash } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';

import { AwsClient } from 'aws4fetch';

import type { S3Config } from '../../../server/config.ts';
import { StartError } from '../../../server/start.ts';
import type { Blobs } from './blobs.ts';

/** For a request that carries no file; a file has a second more for each 100 kB. */
const PATIENCE_MS = 20_000;
/** Nobody waits longer for the program to start. */
const START_MS = 5_000;

/** Blobs in a bucket of any store that speaks S3, under `blobs/`. */
export function s3Blobs(config: S3Config): Blobs {
  const client = new AwsClient({
    accessKeyId: config.key,
    secretAccessKey: config.secret,
    region: config.region,
    service: 's3',
    retries: 3,
  });
  const bucket = `${config.url.replace(/\/+$/, '')}/${encodeURIComponent(config.bucket)}`;
  const urlOf = (id: string): string => `${bucket}/blobs/${id.slice(0, 2)}/${id}`;

  async function put(id: string, body: Blob | Uint8Array<ArrayBuffer>, sha256: string, bytes: number): Promise<void> {
    const response = await client.fetch(urlOf(id), {
      method: 'PUT',
      body,
      // So that what arrives is what was sent: the store compares it.
      headers: { 'x-amz-content-sha256': sha256, 'content-type': 'application/octet-stream' },
      signal: AbortSignal.timeout(PATIENCE_MS + Math.ceil(bytes / 100)),
    });
    await refuseUnless(response, 'put', 200);
    await response.body?.cancel();
  }

  return {
    async keepFile(id, path) {
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
        hash.update(piece);
        bytes += piece.length;
      }
      await put(id, await openAsBlob(path), hash.digest('hex'), bytes);
    },
    async keepBytes(id, sealed) {
      await put(id, new Uint8Array(sealed), createHash('sha256').update(sealed).digest('hex'), sealed.length);
    },
    async *read(id, from, upTo) {
      const response = await client.fetch(urlOf(id), {
        headers: { range: `bytes=${from}-${upTo - 1}` },
        signal: AbortSignal.timeout(PATIENCE_MS + Math.ceil((upTo - from) / 100)),
      });
      await refuseUnless(response, 'get', 206);
      yield* response.body as unknown as AsyncIterable<Uint8Array>;
    },
    async remove(id) {
      const response = await client.fetch(urlOf(id), { method: 'DELETE', signal: AbortSignal.timeout(PATIENCE_MS) });
      if (response.status !== 404) await refuseUnless(response, 'delete', 200, 204);
      await response.body?.cancel();
    },
    async check() {
      const response = await client.fetch(`${bucket}?list-type=2&max-keys=1`, {
        signal: AbortSignal.timeout(START_MS),
      });
      if (response.status === 200) {
        await response.body?.cancel();
        return;
      }
      const said = `${response.status} ${await codeIn(response)}`.trim();
      if (response.status >= 500) throw new Error(`the S3 store answered ${said} to list`);
      throw new StartError(
        `The store of FILES_S3_URL cannot be used: it answered ${said}. Look at FILES_S3_BUCKET, _KEY, _SECRET and _REGION.`,
      );
    },
  };
}

async function refuseUnless(response: Response, what: string, ...wanted: readonly number[]): Promise<void> {
  if (wanted.includes(response.status)) return;
  throw new Error(`the S3 store answered ${response.status} ${await codeIn(response)} to ${what}`);
}

async function codeIn(response: Response): Promise<string> {
  return /<Code>([A-Za-z0-9]{1,64})<\/Code>/.exec(await response.text().catch(() => ''))?.[1] ?? '';
}
