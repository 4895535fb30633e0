import assert from 'node:assert/strict';
import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

import type { File, Upload } from '../features/files/protocol.ts';
import { UPLOADS_PATH } from '../features/files/rules.ts';
import type { CastName } from './cast.ts';
import type { TestHouse, TestPerson } from './house.ts';

/** What a sender says of a file, as tus carries it. */
export interface Told {
  readonly name: string;
  readonly kind?: string;
  readonly seconds?: number;
  readonly wave?: string;
  readonly poster?: string;
}

interface Sender {
  readonly address: string;
  readonly cookie: string;
}

const TUS = { 'tus-resumable': '1.0.0' };

export async function beginUpload({ address, cookie }: Sender, bytes: number, told: Told): Promise<Response> {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const metadata = [
    `filename ${base64(told.name)}`,
    ...(told.kind ? [`kind ${base64(told.kind)}`] : []),
    ...(told.seconds === undefined ? [] : [`seconds ${base64(String(told.seconds))}`]),
    ...(told.wave ? [`wave ${told.wave}`] : []),
    ...(told.poster ? [`poster ${base64(told.poster)}`] : []),
  ];
  return fetch(address + UPLOADS_PATH, {
    method: 'POST',
    headers: { ...TUS, cookie, origin: address, 'upload-length': String(bytes), 'upload-metadata': metadata.join(',') },
  });
}

/** How much has come, as the server says. */
export async function offsetOf({ address, cookie }: Sender, location: string): Promise<number> {
  const response = await fetch(address + location, { method: 'HEAD', headers: { ...TUS, cookie } });
  assert.equal(response.status, 200);
  return Number(response.headers.get('upload-offset'));
}

/** Sends from `offset` on; with `cutAfter`, the line is torn after so many bytes. Answers the status, or 0 where it was torn. */
export async function sendPart(
  { address, cookie }: Sender,
  location: string,
  bytes: Buffer,
  offset: number,
  more: { readonly cutAfter?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<{ status: number; offset: number; body: string }> {
  const part = bytes.subarray(offset);
  return new Promise((resolve, reject) => {
    const url = new URL(location, address);
    const out = request(url, {
      method: 'PATCH',
      agent: false,
      headers: {
        ...TUS,
        cookie,
        origin: address,
        'content-type': 'application/offset+octet-stream',
        'content-length': String(part.length),
        'upload-offset': String(offset),
        ...more.headers,
      },
    });
    out.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('end', () =>
        resolve({ status: response.statusCode!, offset: Number(response.headers['upload-offset'] ?? -1), body }),
      );
    });
    out.on('error', (error) =>
      more.cutAfter === undefined ? reject(error) : resolve({ status: 0, offset: -1, body: '' }),
    );
    if (more.cutAfter === undefined) out.end(part);
    else out.write(part.subarray(0, more.cutAfter), () => out.destroy());
  });
}

/** Uploads all of it and waits until it has been looked at. */
export async function upload(house: TestHouse, who: CastName | TestPerson, bytes: Buffer, told: Told): Promise<Upload> {
  const person = typeof who === 'string' ? house.cast[who] : who;
  const sender = { address: house.address, cookie: person.cookie };
  const begun = await beginUpload(sender, bytes.length, told);
  if (begun.status !== 201) assert.fail(`${begun.status} ${await begun.text()}`);
  const location = begun.headers.get('location')!;
  const sent = await sendPart(sender, location, bytes, 0);
  assert.equal(sent.status, 204, sent.body);
  return checked(house, person, location.split('/').at(-1)!);
}

/** Waits until an upload has been looked at. */
export async function checked(house: TestHouse, who: CastName | TestPerson, file: string): Promise<Upload> {
  const since = Date.now();
  for (;;) {
    const { status, body } = await house.post(who, 'file.status', { files: [file] });
    assert.equal(status, 200, JSON.stringify(body));
    const [it] = (body as { uploads: Upload[] }).uploads;
    assert.ok(it);
    if (it.state === 'ready' || it.state === 'refused') return it;
    assert.ok(Date.now() - since < 120_000, 'looked at within two minutes');
    await wait(20);
  }
}

/** As `upload`, of what must be taken. */
export async function uploaded(house: TestHouse, who: CastName | TestPerson, bytes: Buffer, told: Told): Promise<File> {
  const it = await upload(house, who, bytes, told);
  assert.equal(it.state, 'ready', JSON.stringify(it));
  return it.file!;
}
