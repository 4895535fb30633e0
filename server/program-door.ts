import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, rm, stat } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

import { newId } from '../protocol/id.ts';
import { Problem, problem, wireProblem } from '../protocol/problem.ts';
import type { WireProblem } from '../protocol/problem.ts';
import { faultProblem } from './fault.ts';
import type { OpenHouse } from './open.ts';
import type { Perform } from './perform.ts';

/** The kernel takes no longer name for a socket. */
const PATH_MOST = 100;
/** A staff list comes this way too. */
const BODY_MOST = 32 * 1024 * 1024;

export interface ProgramRequest {
  readonly name: string;
  readonly input: unknown;
  readonly id?: string | undefined;
}

/** `at`: where people reach the program that answered. */
export type ProgramAnswer = { readonly ok: unknown; readonly at: string } | { readonly problem: WireProblem };

/** Performs for the operator at the machine: in the name of the first administrator, without a code. */
export async function performHere(
  open: Pick<OpenHouse, 'features'> & { readonly perform: Perform },
  { name, input, id }: ProgramRequest,
): Promise<unknown> {
  const actor = await open.features.operator?.();
  const { output } = await open.perform({
    name,
    id: id ?? newId(),
    input,
    caller: { door: 'program', address: '127.0.0.1', device: 'nharong', actor },
  });
  return output;
}

/** Where a running program is reached by its operator: a socket that only the same user can open. */
async function socketPath(dataDir: string): Promise<string> {
  const path = join(dataDir, 'program.sock');
  if (Buffer.byteLength(path) <= PATH_MOST) return path;
  const { uid } = userInfo();
  const folder = join(tmpdir(), `nha-rong-${uid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await stat(folder);
  // So that nobody else can have put a folder of their own there first.
  if (found.uid !== uid || (found.mode & 0o077) !== 0) throw new Error(`${folder} is not only ours`);
  return join(folder, `${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}.sock`);
}

/** Opens the operator's door of a running house, for `bin/nharong`. Call it with the data folder taken. */
export async function openProgramDoor(open: OpenHouse): Promise<{ close(): Promise<void> }> {
  const path = await socketPath(open.house.config.dataDir);
  // The folder is ours, so whoever listened here is gone.
  await rm(path, { force: true });
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    let size = 0;
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size > BODY_MOST) request.destroy();
      else parts.push(part);
    });
    request.on('end', () => {
      void answer(open, Buffer.concat(parts).toString('utf8')).then((it) => response.end(JSON.stringify(it)));
    });
  });
  server.listen(path);
  await once(server, 'listening');
  await chmod(path, 0o600);
  return {
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closed;
      await rm(path, { force: true });
    },
  };
}

async function answer(open: OpenHouse, body: string): Promise<ProgramAnswer> {
  try {
    const request = JSON.parse(body) as ProgramRequest;
    return { ok: await performHere(open, request), at: open.house.config.publicUrl };
  } catch (error) {
    return { problem: wireProblem(error instanceof Problem ? error : faultProblem(open.house.log, error)) };
  }
}

/** Asks the program that runs on this data folder; undefined where none does. */
export async function askProgram(dataDir: string, request: ProgramRequest): Promise<ProgramAnswer | undefined> {
  const path = await socketPath(dataDir);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ socketPath: path, method: 'POST', path: '/' }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(parts).toString('utf8')) as ProgramAnswer));
      response.on('error', reject);
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
      else if (error.code === 'EACCES') reject(problem('forbidden', { right: 'operator' }));
      else reject(error);
    });
    sent.end(JSON.stringify(request));
  });
}
