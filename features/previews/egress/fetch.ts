import { lookup } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';

import { isOutside } from '../../../server/outside.ts';
import { wordsOf } from './page.ts';
import type { PageWords } from './page.ts';

const PAGE_MOST = 1_048_576;
const PICTURE_MOST = 4 * 1_048_576;
const REDIRECTS_MOST = 3;
const TOGETHER_MS = 5_000;
const PICTURES = new Map([
  ['image/jpeg', 'jpg'],
  ['image/png', 'png'],
  ['image/webp', 'webp'],
  ['image/gif', 'gif'],
]);

/** It is not fetched, and why; told to nobody who asked for it. */
export class Refused extends Error {}

/** Tests put their own in: a resolver, and where a checked address is reached. */
export interface Surroundings {
  resolve(host: string): Promise<readonly string[]>;
  dial?(address: string, port: number): { readonly host: string; readonly port: number };
}

export const internet: Surroundings = {
  resolve: async (host) => (await lookup(host, { all: true, verbatim: true })).map((it) => it.address),
};

export interface FetchedPage extends Omit<PageWords, 'picture'> {
  readonly picture?: { readonly bytes: Buffer; readonly extension: string };
}

/** The page behind a link, and its picture; each name is resolved once a step, all its addresses are checked, and the checked one is spoken to. */
export async function fetchPage(link: string, around: Surroundings = internet): Promise<FetchedPage> {
  const signal = AbortSignal.timeout(TOGETHER_MS);
  const { url, type, bytes } = await get(new URL(link), PAGE_MOST, 'text/html', around, signal);
  if (type.name !== 'text/html' && type.name !== 'application/xhtml+xml') throw new Refused('no page');
  const { picture, ...words } = wordsOf(decoded(bytes, type.charset));
  const site = words.site || url.hostname.replace(/^www\./, '');
  if (picture === undefined) return { ...words, site };
  try {
    const found = await get(new URL(picture, url), PICTURE_MOST, 'image/*', around, signal);
    const extension = PICTURES.get(found.type.name);
    if (extension && !found.cut) return { ...words, site, picture: { bytes: found.bytes, extension } };
  } catch {
    // The words are there without it.
  }
  return { ...words, site };
}

interface Answer {
  readonly url: URL;
  readonly type: { readonly name: string; readonly charset: string | undefined };
  readonly bytes: Buffer;
  /** There was more of it. */
  readonly cut: boolean;
}

async function get(
  first: URL,
  most: number,
  accept: string,
  around: Surroundings,
  signal: AbortSignal,
): Promise<Answer> {
  let url = first;
  for (let step = 0; step <= REDIRECTS_MOST; step += 1) {
    const answer = await ask(url, accept, around, signal);
    const { statusCode = 0, headers } = answer;
    if (statusCode >= 300 && statusCode < 400 && headers.location) {
      answer.destroy();
      url = new URL(headers.location, url);
      continue;
    }
    if (statusCode !== 200 || (headers['content-encoding'] ?? 'identity') !== 'identity') {
      answer.destroy();
      throw new Refused(`answered ${statusCode}`);
    }
    return { url, type: typeOf(headers['content-type']), ...(await read(answer, most)) };
  }
  throw new Refused('too many redirects');
}

async function ask(url: URL, accept: string, around: Surroundings, signal: AbortSignal): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:';
  if (!secure && url.protocol !== 'http:') throw new Refused('scheme');
  // The URL parser leaves the port empty where it is the scheme’s own.
  if (url.port !== '' || url.username !== '' || url.password !== '') throw new Refused('port or name');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) ? [host] : await around.resolve(host);
  const [address] = addresses;
  if (address === undefined || !addresses.every(isOutside)) throw new Refused('address');
  const reached = around.dial?.(address, secure ? 443 : 80) ?? { host: address, port: secure ? 443 : 80 };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = (secure ? httpsRequest : httpRequest)({
    // The address that was checked: a name that resolves otherwise a moment later changes nothing.
    ...reached,
    ...(secure && !isIP(host) ? { servername: host } : {}),
    method: 'GET',
    path: `${url.pathname}${url.search}`,
    headers: {
      host: url.host,
      accept,
      'accept-encoding': 'identity',
      'accept-language': 'vi, en;q=0.5',
      'user-agent': 'Mozilla/5.0 (compatible; link preview)',
    },
    agent: false,
    maxHeaderSize: 16_384,
    signal,
  });
  request.once('response', resolve);
  request.once('error', reject);
  request.end();
  return promise;
}

async function read(answer: IncomingMessage, most: number): Promise<{ bytes: Buffer; cut: boolean }> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    pieces.push(piece);
    size += piece.length;
    if (size > most) {
      answer.destroy();
      return { bytes: Buffer.concat(pieces).subarray(0, most), cut: true };
    }
  }
  return { bytes: Buffer.concat(pieces), cut: false };
}

function typeOf(header: string | undefined): Answer['type'] {
  const [name = '', ...rest] = (header ?? '').toLowerCase().split(';');
  const charset = rest.map((it) => it.trim()).find((it) => it.startsWith('charset='));
  return { name: name.trim(), charset: charset?.slice(8).replace(/^"|"$/g, '') };
}

function decoded(bytes: Buffer, charset: string | undefined): string {
  const said = charset ?? /<meta[^>]{0,200}?charset=["']?([\w-]{1,40})/i.exec(bytes.toString('latin1', 0, 4_096))?.[1];
  try {
    return new TextDecoder(said ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder('utf-8').decode(bytes);
  }
}
