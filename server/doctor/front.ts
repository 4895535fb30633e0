import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:tls';
import type { PeerCertificate, TLSSocket } from 'node:tls';

import { broken, warning, well } from './finding.ts';
import type { Finding } from './finding.ts';

const PATIENCE_MS = 10_000;
const DAYS = 86_400_000;
/** Kept for documentation (RFC 5737): nobody has it. */
const FORGED = '192.0.2.77';

export interface FrontOptions {
  /** Further authorities to believe, as PEM. */
  readonly ca?: string;
  readonly now: Date;
  /** Whether an address is one of TRUSTED_PROXIES. */
  readonly isProxy: (address: string) => boolean;
}

/** Looks at the program as people reach it: the certificate, and whether the proxy passes on what it must. */
export async function checkFront(publicUrl: string, options: FrontOptions): Promise<Finding[]> {
  const url = new URL(publicUrl);
  const found: Finding[] = [];
  if (url.protocol === 'https:') {
    const certificate = await checkCertificate(url, options);
    found.push(...certificate);
    if (certificate.some((it) => it.state === 'broken')) return found;
    found.push(...(await checkOldTls(url, options)));
  }
  const cure = 'look at the proxy: deploy/ has examples that were tried';
  let answer: Answer;
  try {
    answer = await ask(url, '/healthz?address', options, { 'x-forwarded-for': FORGED });
  } catch (error) {
    return [
      ...found,
      broken(
        'proxy',
        `PUBLIC_URL does not answer (${wordOf(error)})`,
        'is the proxy running, and is the name known here?',
      ),
    ];
  }
  const [, address = ''] = /^ok (\S+)/.exec(answer.text) ?? [];
  if (answer.status !== 200 || !answer.text.startsWith('ok'))
    return [...found, broken('proxy', `/healthz is answered with ${answer.status}`, cure)];
  if (url.protocol === 'https:' && !/max-age=\d{7,}/.test(answer.headers['strict-transport-security'] ?? ''))
    found.push(warning('proxy', 'Strict-Transport-Security does not come through', cure));
  // Asked without a proxy between, this machine is itself one of those that are believed: it says nothing about others.
  const direct = url.protocol === 'http:' && isHere(url.hostname);
  if (address === FORGED && !direct)
    found.push(
      broken(
        'proxy',
        'an address that a client makes up is believed: limits per address hold nobody',
        'let the proxy write X-Forwarded-For, and name only proxies in TRUSTED_PROXIES',
      ),
    );
  else if (options.isProxy(address) && !isHere(url.hostname))
    found.push(
      warning(
        'proxy',
        `the program sees ${address} for whoever comes: all people count as one`,
        'let the proxy add X-Forwarded-For, and name it in TRUSTED_PROXIES',
      ),
    );
  const upgraded = await upgrades(url, options);
  if (upgraded !== 'passed')
    found.push(
      broken('proxy', `WebSocket does not pass (${upgraded})`, 'let it pass Upgrade and Connection on for /live'),
    );
  const metrics = await ask(url, '/metrics', options, {}).catch(() => undefined);
  if (metrics?.status === 200 && !isHere(url.hostname))
    found.push(warning('proxy', '/metrics can be read from outside', 'keep it out of the proxy'));
  if (!found.some((it) => it.about === 'proxy'))
    found.push(well('proxy', `passes everything on; the program sees ${address}`));
  return found;
}

const isHere = (host: string): boolean => host === 'localhost' || host.startsWith('127.') || host === '[::1]';
const wordOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? (error as Error).message;

function shake(
  url: URL,
  options: FrontOptions,
  more: { maxVersion?: 'TLSv1.1'; minVersion?: 'TLSv1'; ciphers?: string } = {},
): Promise<TLSSocket> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(url.port || 443),
      // An address is no name to ask for.
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
      rejectUnauthorized: false,
      ...(options.ca ? { ca: options.ca } : {}),
      ...more,
    });
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('no answer')));
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
  });
}

async function checkCertificate(url: URL, options: FrontOptions): Promise<Finding[]> {
  const about = 'certificate';
  let socket: TLSSocket;
  try {
    socket = await shake(url, options);
  } catch (error) {
    return [
      broken(about, `no TLS at ${url.host} (${wordOf(error)})`, 'is the proxy running, and is the name known here?'),
    ];
  }
  const certificate: PeerCertificate = socket.getPeerCertificate();
  const why = socket.authorizationError as unknown as string | { code?: string } | null;
  const protocol = socket.getProtocol();
  socket.destroy();
  const ends = new Date(certificate.valid_to);
  const days = Math.floor((ends.getTime() - options.now.getTime()) / DAYS);
  if (days < 0) return [broken(about, `it ended on ${ends.toISOString().slice(0, 10)}`, 'renew it')];
  const code = typeof why === 'string' ? why : (why?.code ?? String(why));
  if (why && /ALTNAME/.test(code))
    return [broken(about, `it is for another name than ${url.hostname}`, 'get one for the name in PUBLIC_URL')];
  if (why)
    return [
      broken(about, `it is not believed (${code})`, 'give the proxy the whole chain, of an authority that phones know'),
    ];
  if (days < 14)
    return [warning(about, `it ends in ${days} days`, 'renew it, and see why that does not happen by itself')];
  return [well(about, `good for ${days} days, ${protocol}`)];
}

async function checkOldTls(url: URL, options: FrontOptions): Promise<Finding[]> {
  try {
    const socket = await shake(url, options, {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    socket.destroy();
    return [broken('certificate', 'TLS older than 1.2 is spoken', 'set TLS 1.2 as the least in the proxy')];
  } catch {
    return [];
  }
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

function ask(url: URL, path: string, { ca }: FrontOptions, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const out = send(
      new URL(path, url),
      { headers, agent: false, ...(ca ? { ca } : {}), signal: AbortSignal.timeout(PATIENCE_MS) },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          if (text.length < 10_000) text += part;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
        response.on('error', reject);
      },
    );
    out.on('error', reject);
    out.end();
  });
}

/** Nobody is signed in here: that the program itself refuses a socket (401) shows that the question came to it as one. */
function upgrades(url: URL, { ca }: FrontOptions): Promise<string> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const out = send(new URL('/live', url), {
      agent: false,
      ...(ca ? { ca } : {}),
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'bmhhIHJvbmcgZG9jdG9yIQ==',
        origin: url.origin,
      },
    });
    out.on('upgrade', (_response, socket) => {
      socket.destroy();
      resolve('passed');
    });
    out.on('response', (response) => {
      response.resume();
      resolve(response.statusCode === 401 ? 'passed' : String(response.statusCode));
    });
    out.on('error', (error) => resolve(wordOf(error)));
    out.end();
  });
}
