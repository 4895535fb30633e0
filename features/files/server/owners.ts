import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { pipeline } from 'node:stream';

import { problem } from '../../../protocol/problem.ts';
import type { Asked, House, RequestHeaders, Served } from '../../../server/house.ts';
import { nodeNamed } from '../../../server/nodes.ts';
import { PATCH_SECONDS } from '../rules.ts';

/** Says that a node has passed it on: it is never passed on twice. Whoever writes it themselves only gets no further. */
const PASSED = 'x-nharong-passed';
/** What the node that has the part needs; it finds out by itself, from the cookie, who asks. */
const ASKING = [
  'cookie',

  'content-type',
  'content-length',
  'tus-resumable',
  'upload-offset',
  'upload-checksum',
];
const ANSWERING = /^(content-type|retry-after|tus-.*|upload-.*)$/;
const ANSWER_MOST = 65_536;

/**
 * What has come of an upload lies on one node, locked with a key that ends with the run of its machine. The others pass requests on to it,
 * with the cookie of whoever asks: so nothing is believed that the node does not look up itself.
 */
export interface Owners {
  /** Kept with an upload that begins here. */
  readonly here: string;
  /** Answers from the node that has it; undefined where that is this one. `not_found` where it is gone: the sender begins again. */
  elsewhere(node: string | null, method: 'HEAD' | 'PATCH', path: string, asked: Asked): Promise<Served | undefined>;
  /** Whether what had come is out of reach for good. */
  isGone(node: string | null): Promise<boolean>;
}

export function uploadOwners({ config, db, log }: House): Owners {
  const isHere = (node: string | null): boolean => node === null || node === config.nodeName;

  async function isGone(node: string | null): Promise<boolean> {
    if (isHere(node)) return false;
    return !(await nodeNamed(db, node!))?.seen;
  }

  return {
    here: config.nodeName,
    isGone,
    async elsewhere(node, method, path, asked) {
      if (isHere(node)) return undefined;
      const found = await nodeNamed(db, node!);
      if (!found?.seen) throw problem('not_found');
      if (found.address === null || asked.headers[PASSED] !== undefined) {
        log.warn({ node, address: found.address }, 'an upload cannot be passed on to the node that has it');
        throw problem('busy', { wait: 5 });
      }
      return pass(new URL(path, found.address), method, asked);
    },
  };
}

async function pass(url: URL, method: string, { headers, body }: Asked): Promise<Served> {
  return new Promise((resolve, reject) => {
    const refuse = (): void => reject(problem('busy', { wait: 2 }));
    const out = request(url, { method, headers: askingWith(headers), timeout: (PATCH_SECONDS + 5) * 1_000 });
    out.on('timeout', () => out.destroy(new Error('no answer')));
    out.on('response', (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on('data', (part: Buffer) => {
        size += part.length;
        if (size > ANSWER_MOST) response.destroy();
        else parts.push(part);
      });
      response.on('error', refuse);
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: answeringWith(response.headers), body: Buffer.concat(parts) }),
      );
    });
    // An answer may come before all was sent: then only what is still on its way is given up.
    pipeline(body, out, (error) => error && refuse());
    out.on('error', refuse);
  });
}

function askingWith(headers: RequestHeaders): Record<string, string> {
  // Pages of others were refused at the first door.
  const found: Record<string, string> = { [PASSED]: '1', 'sec-fetch-site': 'same-origin' };
  for (const name of ASKING) {
    const value = headers[name];
    if (typeof value === 'string') found[name] = value;
  }
  return found;
}

function answeringWith(headers: IncomingHttpHeaders): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (typeof value === 'string' && ANSWERING.test(name)) found[name] = value;
  return found;
}
