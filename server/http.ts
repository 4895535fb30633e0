import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import fastifyStatic from '@fastify/static';
import fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sql } from 'kysely';

import { isCharge } from '../protocol/action.ts';
import type { ActionSpec } from '../protocol/action.ts';
import { Problem, problem, wireProblem } from '../protocol/problem.ts';
import { addressesIn, countedAs, withoutMapping } from './address.ts';
import type { Drain } from './drain.ts';
import { faultProblem } from './fault.ts';
import type { Caller } from './handler.ts';
import type { Actor, Features, House, Served } from './house.ts';
import { parseStrictJson } from './json.ts';
import { openApi } from './openapi.ts';
import type { Perform } from './perform.ts';
import { Buckets } from './rate.ts';
import { refuseBytes, refuseUpgrade } from './refuse.ts';

const BODY_LIMIT = 65_536;
/** Asked by whoever watches the program, to its end. */
const WATCHED: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);
const CLIENT = join(import.meta.dirname, '..', 'web', 'dist');

export interface HttpDoor {
  readonly app: FastifyInstance;
  /** Whether a browser that names this origin shows one of our own pages; `host` is whom it asked. */
  isOwnOrigin(origin: string, host: string | undefined): boolean;
  addressOf(request: IncomingMessage): string;
  /** Where the sockets go; set once they exist. */
  upgrade: ((request: IncomingMessage, socket: Duplex, head: Buffer) => void) | undefined;
}

export interface HttpOptions {
  readonly drain: Drain;
}

/** `POST /api/<noun.verb>`, the client, photos, files, the guide, health and figures. */
export async function createHttpDoor(
  house: House,
  features: Features,
  perform: Perform,
  options: HttpOptions,
): Promise<HttpDoor> {
  const { config, log } = house;
  const publicUrl = new URL(config.publicUrl);
  const secure = publicUrl.protocol === 'https:';
  const socketSource = publicUrl.origin.replace(/^http/, 'ws');
  const csp = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "font-src 'self'",
    `connect-src 'self' ${socketSource}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types app',
  ].join('; ');
  const headers = {
    'content-security-policy': csp,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy':
      'camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()',
    'cache-control': 'no-store',
    ...(secure ? { 'strict-transport-security': 'max-age=63072000; includeSubDomains' } : {}),
  };

  const app = fastify({
    logger: false,
    // An address that is none gets past every hook.
    frameworkErrors: (_error, _request, reply) => void sendProblem(reply.headers(headers), problem('not_found')),
    clientErrorHandler: (error, socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
      else if (error.code === 'HPE_HEADER_OVERFLOW')
        refuseBytes(socket, 431, 'Request Header Fields Too Large', problem('too_large'));
      else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
        refuseBytes(socket, 408, 'Request Timeout', problem('malformed', { field: '', reason: 'too slow' }));
      else refuseBytes(socket, 400, 'Bad Request', problem('malformed', { field: '' }));
    },
    // What it would say is no problem that clients know.
    return503OnClosing: false,
    bodyLimit: BODY_LIMIT,
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 65_000,
    // By itself Node looks only every 30 s who is too slow.
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 2_000 },
    routerOptions: { ignoreTrailingSlash: true },
  });
  app.server.maxHeadersCount = 100;

  function isOwnOrigin(origin: string, host: string | undefined): boolean {
    if (origin === publicUrl.origin) return true;
    // Without TLS it is a try-out: it answers under every name of this machine, but only to its own pages.
    return !secure && origin === `http://${host}`;
  }

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    if (options.drain.stage !== 'serving') {
      // The next request of this line is for another node, or for this one when it is back.
      reply.header('connection', 'close');
      if (options.drain.stage === 'refusing' && !WATCHED.has(request.url.split('?', 1)[0]!)) refuseForNow();
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') refuseForeign(request);
  });

  /** Nothing of it is done, so it can be asked again, under the same id. */
  function refuseForNow(): void {
    throw problem('busy', { wait: options.drain.retryAfter() });
  }

  /** So that a page of another site cannot act with the session of whoever looks at it. */
  function refuseForeign(request: FastifyRequest): void {
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin') throw problem('forbidden', { right: 'origin' });
    const { origin } = request.headers;
    if (origin !== undefined && !isOwnOrigin(origin, request.headers.host))
      throw problem('forbidden', { right: 'origin' });
    if (origin === undefined && site === undefined && request.headers.cookie !== undefined)
      throw problem('forbidden', { right: 'origin' });
  }

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, body.length === 0 ? {} : parseStrictJson(textOf(body as Buffer)));
    } catch (error) {
      done(error as Error);
    }
  });

  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, _request, reply) => {
    let it: Problem;
    if (error instanceof Problem) it = error;
    else if (error.statusCode === 413) it = problem('too_large');
    else if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
      it = problem('malformed', { field: '' });
    else {
      it = faultProblem(log, error);
      if (it.code === 'fault') house.metrics.faults.inc();
    }
    sendProblem(reply, it);
  });

  async function actorOf(request: FastifyRequest, reply: FastifyReply): Promise<Actor | undefined> {
    const token = features.sessions.tokenIn(request.headers.cookie);
    if (token === undefined) return undefined;
    const found = await features.sessions.actorOf(token);
    for (const cookie of found?.cookies ?? []) reply.header('set-cookie', cookie);
    return found?.actor;
  }

  /** So that nobody makes the program read a large body who may not do anything with it. */
  async function refuseLargeBody(name: string, spec: ActionSpec, request: FastifyRequest): Promise<void> {
    const token = features.sessions.tokenIn(request.headers.cookie);
    const found = token === undefined ? undefined : await features.sessions.actorOf(token);
    if (!found) throw problem('signed_out');
    // Refused on the one path, without what it carries, so that the try is written down like any other.
    const lacks =
      (spec.who === 'administrator' && !found.actor.administrator) ||
      (isCharge(spec.who) && (await features.sessions.mayAct(found.actor.session, spec.who)) === undefined);
    if (lacks) await perform({ name, input: {}, caller: callerOf(request, found.actor) });
  }

  function callerOf(request: FastifyRequest, actor: Actor | undefined): Caller {
    return {
      door: 'http',
      address: request.ip,
      device: (request.headers['user-agent'] ?? '').slice(0, 200),
      actor,
      cookie: request.headers.cookie,
    };
  }

  for (const [name, spec] of Object.entries(house.actions)) {
    const { bodyLimit = BODY_LIMIT } = spec;
    const onRequest = async (request: FastifyRequest): Promise<void> => {
      if (bodyLimit > BODY_LIMIT) await refuseLargeBody(name, spec, request);
    };
    app.post(`/api/${name}`, { bodyLimit, onRequest }, async (request, reply) => {
      const actor = await actorOf(request, reply);
      const key = request.headers['idempotency-key'];
      const answer = await perform({
        name,
        id: typeof key === 'string' ? key : undefined,
        input: request.body ?? {},
        caller: callerOf(request, actor),
      });
      for (const cookie of answer.cookies) reply.header('set-cookie', cookie);
      if (answer.clearSite) reply.header('clear-site-data', '"cache", "cookies", "storage"');
      return sendJson(request, reply, JSON.stringify(answer.output ?? {}));
    });
  }
  app.post('/api/:name', async () => {
    throw problem('no_such_action');
  });

  const document = JSON.stringify(openApi(house.actions, config.publicUrl));
  app.get('/api/openapi.json', async (_request, reply) => reply.type('application/json').send(document));

  const buckets = new Buckets();
  for (const route of features.routes) {
    app.get(route.path, async (request, reply) => {
      const actor = await actorOf(request, reply);
      if (route.who === 'account' && !actor) throw problem('signed_out');
      if (route.rate && house.limits) {
        const key = `${route.rate.name} ${actor?.account ?? countedAs(request.ip)}`;
        const wait = buckets.take(key, route.rate, house.now().getTime());
        if (wait > 0) throw problem('too_fast', { wait });
      }
      const served: Served = await route.get(
        { ...(request.query as Record<string, string>), ...(request.params as Record<string, string>) },
        actor,
        request.headers,
      );
      let { body } = served;
      if (body instanceof Readable) {
        flowing(request, reply);
        // Who asks about it only does not make the program read all of it.
        if (request.method === 'HEAD') {
          body.destroy();
          body = Readable.from([]);
        }
      }
      return reply.code(served.status).headers(served.headers).send(body);
    });
  }

  /** Lines over which much goes in or out just now. */
  const flows = new Set<Socket>();
  function flowing({ socket }: FastifyRequest, reply: FastifyReply): void {
    flows.add(socket);
    reply.raw.once('close', () => flows.delete(socket));
  }
  // A long way to go is no reason to stay open: both sides go on where they were.
  app.addHook('preClose', async () => {
    for (const socket of flows) socket.destroy();
  });

  await app.register(async (bytes) => {
    for (const takes of new Set((features.intakes ?? []).flatMap((it) => it.takes ?? [])))
      bytes.addContentTypeParser(takes, (_request, body, done) => done(null, body));
    for (const intake of features.intakes ?? []) {
      const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
        const actor = await actorOf(request, reply);
        if (!actor) throw problem('signed_out');
        // The device has another try at it where there is time; what has arrived so far stays.
        if (options.drain.stage !== 'serving' && request.method !== 'HEAD') refuseForNow();
        if (house.limits) {
          const wait = buckets.take(`${intake.rate.name} ${actor.account}`, intake.rate, house.now().getTime());
          if (wait > 0) throw problem('too_fast', { wait });
        }
        // What another parser has taken is no part of a file.
        if (intake.takes && request.body !== undefined && !(request.body instanceof Readable))
          throw problem('malformed', { field: '' });
        const body = request.body instanceof Readable ? request.body : Readable.from([]);
        flowing(request, reply);
        const served = await intake.take({
          params: request.params as Record<string, string>,
          headers: request.headers,
          actor,
          body,
          async perform(name, input, id) {
            const { output } = await perform({ name, input, id, caller: callerOf(request, actor) });
            return output;
          },
        });
        return reply.code(served.status).headers(served.headers).send(served.body);
      };
      bytes.route({ url: intake.path, method: intake.method, handler });
    }
  });

  // With `?address` it says under which address the asker is counted, so that `doctor` sees what a proxy makes of it.
  app.get('/healthz', async (request, reply) =>
    reply.type('text/plain').send('address' in (request.query as object) ? `ok ${request.ip}\n` : 'ok\n'),
  );
  app.get('/readyz', async (_request, reply) => {
    let database = false;
    try {
      await sql`select 1`.execute(house.db);
      database = true;
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'not ready: the database does not answer');
    }
    const ready = database && options.drain.stage === 'serving';
    return reply
      .code(ready ? 200 : 503)
      .type('application/json')
      .send(JSON.stringify({ ready, database }));
  });
  app.get('/metrics', async (request, reply) => {
    if (!isFromHere(request)) throw problem('not_found');
    return reply.type(house.metrics.registry.contentType).send(await house.metrics.registry.metrics());
  });

  await app.register(fastifyStatic, {
    root: CLIENT,
    wildcard: true,
    index: false,
    cacheControl: false,
    // The build has put a .br and a .gz beside what is worth it.
    preCompressed: true,
    setHeaders(reply, path) {
      const fixed = path.startsWith(join(CLIENT, 'assets'));
      void reply.header('cache-control', fixed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.get('/', (_request, reply) => sendClient(reply));
  app.setNotFoundHandler(async (request, reply) => {
    const page =
      request.method === 'GET' &&
      !request.url.startsWith('/api/') &&
      (request.headers.accept ?? '').includes('text/html');
    if (page) return sendClient(reply);
    return sendProblem(reply, problem('not_found'));
  });

  /** Every address of the app is the same document; the client finds out what to show. */
  async function sendClient(reply: FastifyReply): Promise<FastifyReply> {
    const page = await readFile(join(CLIENT, 'index.html'));
    return reply.code(200).header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page);
  }

  const trusted = addressesIn(config.trustedProxies);
  const door: HttpDoor = {
    app,
    isOwnOrigin,
    addressOf: (request) => addressBehindProxies(request, trusted),
    upgrade: undefined,
  };
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // From here on the line is ours alone: so that one which is reset does not end the program.
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '').split('?', 1)[0];
    if (path === '/live' && door.upgrade) door.upgrade(request, socket, head);
    else refuseUpgrade(socket, 404, 'Not Found');
  });
  return door;
}

/**
 * Figures are for the machine's own collector: asked from outside there is no such page. A proxy on this machine asks for others: it
 * says so, or passes on the name they used.
 */
function isFromHere({ socket, headers }: FastifyRequest): boolean {
  const passedOn = Object.keys(headers).some((it) => /^(forwarded|via|x-real-ip|x-client-ip|x-forwarded.*)$/.test(it));
  const host = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  return (
    isLoopback(withoutMapping(socket.remoteAddress ?? '')) &&
    !passedOn &&
    (host === 'localhost' || isLoopback(host.replace(/^\[|\]$/g, '')))
  );
}

const isLoopback = addressesIn(['127.0.0.0/8', '::1']);

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw problem('malformed', { field: '', reason: 'not UTF-8' });
  }
}

const gzipped = promisify(gzip);
/** Below this an answer fits into one packet either way. */
const COMPRESSED_FROM = 1_400;

// Answers mix what others wrote with what only the reader may see. That their length tells something is of use only to
// whoever can make a browser ask: foreign pages cannot, they are refused above.
async function sendJson(request: FastifyRequest, reply: FastifyReply, text: string): Promise<FastifyReply> {
  reply.type('application/json');
  if (text.length < COMPRESSED_FROM || !/\bgzip\b/.test(request.headers['accept-encoding'] ?? ''))
    return reply.send(text);
  return reply.header('content-encoding', 'gzip').send(await gzipped(text, { level: 4 }));
}

function sendProblem(reply: FastifyReply, it: Problem): FastifyReply {
  const { wait } = it.details;
  if (typeof wait === 'number') reply.header('retry-after', String(wait));
  return reply
    .code(it.status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: `about:blank#${it.code}`, title: it.code, status: it.status, ...wireProblem(it) }));
}

/** The client's address; a proxy's word is taken only where the proxy is among TRUSTED_PROXIES. */
function addressBehindProxies(request: IncomingMessage, isTrusted: (address: string) => boolean): string {
  const direct = withoutMapping(request.socket.remoteAddress ?? '');
  if (!isTrusted(direct)) return direct;
  const forwarded = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((it) => it.trim())
    .filter(Boolean);
  return forwarded.findLast((it) => !isTrusted(it)) ?? direct;
}
