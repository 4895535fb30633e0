import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { sql } from 'kysely';

import { readMigrations } from '../../database/migrate.ts';
import { lastWalk } from '../../features/audit/chain/walker.ts';
import { s3Blobs } from '../../features/files/vault/s3.ts';
import { addressesIn } from '../../server/address.ts';
import { readConfig } from '../../server/config.ts';
import type { Config } from '../../server/config.ts';
import { openDatabase, POOL_SIZE } from '../../server/database.ts';
import type { Database } from '../../server/database.ts';
import { checkBackups, judgeNoBackup } from '../../server/doctor/backups.ts';
import { checkBus } from '../../server/doctor/bus.ts';
import { judgeDatabase, readDatabase } from '../../server/doctor/database.ts';
import { judgeDisk, judgeMemoryDisk, readDisk } from '../../server/doctor/disks.ts';
import { broken, exitCodeOf, lineOf, warning, well } from '../../server/doctor/finding.ts';
import type { Finding } from '../../server/doctor/finding.ts';
import { checkFront } from '../../server/doctor/front.ts';
import { checkKeys, differingKeys, judgeDiffering } from '../../server/doctor/keys.ts';
import { judgeMachine, readMachine } from '../../server/doctor/machine.ts';
import { checkAuditCopy, judgeAudit, judgeNodes, judgeWalk, readAudit } from '../../server/doctor/records.ts';
import type { NodeFacts } from '../../server/doctor/records.ts';
import { judgeSettings } from '../../server/doctor/settings.ts';
import { takeFolder } from '../../server/folder.ts';
import { openLog } from '../../server/log.ts';
import { runningPostgres, startPostgres } from '../../server/postgres.ts';
import { calls } from './calls.ts';
import { CommandFailed, UsageError } from './command.ts';
import type { Command } from './command.ts';

/** People connected at once on one node that an installation should bear before anybody looks at it again. */
const SOCKETS = 2_000;
/** Push services are asked whether there is a way out to them at all. */
const PUSH_DOOR = 'https://updates.push.services.mozilla.com/';

/** Everything an operator forgets, a line each, and what to do about it. */
export const doctor: Command = {
  name: 'doctor',
  usage: 'doctor [--json]',

  async run(args, { print }) {
    let json: boolean;
    try {
      json = parseArgs({ args: [...args], options: { json: { type: 'boolean' } } }).values.json === true;
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
    const findings = await examine(process.env, readConfig(process.env), (finding) => {
      if (!json) print(lineOf(finding));
    });
    if (json) print(JSON.stringify({ findings }));
    const code = exitCodeOf(findings);
    const count = (state: Finding['state']): number => findings.filter((it) => it.state === state).length;
    if (code !== 0) throw new CommandFailed(`${count('broken')} broken, ${count('warning')} warnings`, code);
  },
};

type Environment = Readonly<Record<string, string | undefined>>;

/** All checks, one after the other; each that fails itself is a finding and ends nothing. `tell` is called as they come. */
export async function examine(env: Environment, config: Config, tell: (finding: Finding) => void): Promise<Finding[]> {
  const findings: Finding[] = [];
  const add = async (about: string, check: () => Promise<readonly Finding[]> | readonly Finding[]): Promise<void> => {
    let found: readonly Finding[];
    try {
      found = await check();
    } catch (error) {
      found = [broken(about, (error as Error).message.split('\n')[0]!, 'mend this first')];
    }
    for (const it of found) tell(it);
    findings.push(...found);
  };

  const pid = await runningPid(config.dataDir);
  await add('program', async () => {
    if (pid === undefined) return [warning('program', 'it does not run here', 'npm start, or systemctl start nharong')];
    const host = ['0.0.0.0', '::'].includes(config.host) ? '127.0.0.1' : config.host;
    const at = `http://${host.includes(':') ? `[${host}]` : host}:${config.port}/readyz`;
    const answer = await fetch(at, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
    return answer?.status === 200
      ? [well('program', `process ${pid}, ready`)]
      : [
          broken(
            'program',
            `process ${pid} is not ready (${answer?.status ?? 'no answer'} at ${at})`,
            'look at its log',
          ),
        ];
  });
  await add('settings', () => judgeSettings(env, config));
  await add('machine', async () => judgeMachine(await readMachine(pid), { sockets: SOCKETS }));
  for (const [what, path] of placesOf(env, config))
    await add(`disk of ${what}`, async () => {
      const disk = await readDisk(what, path);
      return disk
        ? judgeDisk(disk, config.storageReserveBytes)
        : [broken(`disk of ${what}`, `${path} cannot be looked at`, 'run this as the user of the program, or as root')];
    });
  await add('/dev/shm', async () => judgeMemoryDisk(await readDisk('/dev/shm', '/dev/shm')));

  let used = false;
  let differing: readonly Finding[] = [];
  await add('database', async () => {
    const opened = await openAny(config, pid);
    if (!opened) return [well('database', 'there is none yet: npm start makes it')];
    try {
      const { db } = opened;
      const nodes = await nodesOf(db);
      const known = (await readMigrations()).map((it) => it.name);
      const facts = await readDatabase(db);
      used = facts.migrations !== undefined && (await hasPeople(db));
      const found = judgeDatabase(facts, { nodes: Math.max(1, nodes.length), pool: POOL_SIZE, known });
      if (facts.migrations !== undefined) {
        const audit = await readAudit(db);
        differing = judgeDiffering(await differingKeys(db, config.keysDir), config.keysDir);
        found.push(
          ...judgeNodes(nodes, { heard: config.nats !== undefined }),
          ...judgeAudit(audit, { now: Date.now(), running: pid !== undefined }),
        );
        if (audit.entries > 0)
          found.push(...judgeWalk(await lastWalk(db), { now: Date.now(), running: pid !== undefined }));
        if (config.auditCopy !== undefined) found.push(...(await checkAuditCopy(config.auditCopy, audit)));
      }
      return found;
    } finally {
      await opened.close();
    }
  });
  await add('keys', () => differing);
  await add('keys', () => checkKeys(config.keysDir, { used }));
  const { backup, nats } = config;
  await add('backup', async () =>
    backup ? checkBackups(backup, config.dataDir, Date.now()) : judgeNoBackup(config.databaseUrl === undefined),
  );
  if (nats) await add('bus', () => checkBus(nats));
  if (config.filesS3) await add('files', () => checkStore(config));
  if (new URL(config.publicUrl).hostname !== 'localhost' || pid !== undefined)
    await add('proxy', () =>
      checkFront(config.publicUrl, { now: new Date(), isProxy: addressesIn(config.trustedProxies) }),
    );
  await add('notifications', async () => {
    const answer = await fetch(PUSH_DOOR, { method: 'HEAD', signal: AbortSignal.timeout(5_000) }).catch(
      () => undefined,
    );
    return answer
      ? [well('notifications', 'the push services can be reached')]
      : [
          warning(
            'notifications',
            'no way out to the push services: closed apps are told nothing',
            'let the program out to port 443 of the hosts in docs/operating.md, Notifications',
          ),
        ];
  });
  if (config.turn || config.janus)
    await add('calls', async () => {
      const said: string[] = [];
      try {
        await calls.run(['check'], { print: (text) => void said.push(text), from: '/' } as Parameters<
          Command['run']
        >[1]);
        return [well('calls', 'relay and media server do what they should')];
      } catch (error) {
        if (!(error instanceof CommandFailed)) throw error;
        return [broken('calls', error.message.split('\n').join(' '), 'bin/nharong calls check')];
      }
    });
  return findings;
}

/** Disks that may run full. */
function placesOf(env: Environment, config: Config): [what: string, path: string][] {
  const places: [string, string][] = [['DATA_DIR', config.dataDir]];
  if (config.databaseUrl === undefined)
    places.push(['the write-ahead log', join(config.dataDir, 'postgres', 'pg_wal')]);
  const backups = env['BACKUP_DIR']?.trim();
  if (backups) places.push(['BACKUP_DIR', backups]);
  return places;
}

/** The program that holds this data folder, where it runs on this machine. */
async function runningPid(dataDir: string): Promise<number | undefined> {
  try {
    const { pid, ticks } = JSON.parse(await readFile(join(dataDir, 'program.lock'), 'utf8')) as {
      pid: number;
      ticks: string;
    };
    const line = await readFile(`/proc/${pid}/stat`, 'utf8');
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] === ticks ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** The database as it is, started for the moment where it is the program’s own and rests; nothing in it is changed. */
async function openAny(
  config: Config,
  pid: number | undefined,
): Promise<{ db: Database; close(): Promise<void> } | undefined> {
  const undo: (() => Promise<unknown>)[] = [];
  let url = config.databaseUrl ?? (await runningPostgres(config.dataDir));
  if (url === undefined && pid === undefined) {
    const made = await readFile(join(config.dataDir, 'postgres', 'PG_VERSION')).catch(() => undefined);
    if (!made) return undefined;
    const folder = await takeFolder(config.dataDir);
    undo.push(() => folder.release());
    const postgres = await startPostgres({ dataDir: config.dataDir, log: openLog('silent') }).catch(
      async (error: unknown) => {
        await folder.release();
        throw error;
      },
    );
    undo.push(() => postgres.stop());
    ({ url } = postgres);
  }
  if (url === undefined) throw new Error('the program’s own PostgreSQL does not answer');
  const db = openDatabase(url, () => undefined, 1);
  undo.push(() => db.destroy());
  return {
    db,
    async close() {
      for (const step of undo.reverse()) await step();
    },
  };
}

const hasPeople = async (db: Database): Promise<boolean> =>
  (await sql`select from accounts limit 1`.execute(db)).rows.length > 0;

/** Programs that were seen on this database within the last minute. */
async function nodesOf(db: Database): Promise<NodeFacts[]> {
  const { rows: table } = await sql<{
    there: boolean;
  }>`select to_regclass('public.nodes') is not null as there`.execute(db);
  if (!table[0]?.there) return [];
  const { rows } = await sql<NodeFacts>`
    select name, version::text as version, draining from nodes where seen_at > now() - interval '1 minute' order by name`.execute(
    db,
  );
  return rows;
}

async function checkStore({ filesS3 }: Config): Promise<Finding[]> {
  const about = 'files';
  await s3Blobs(filesS3!).check();
  const open = await s3Blobs({ ...filesS3!, secret: `${filesS3!.secret}x` })
    .check()
    .then(
      () => true,
      () => false,
    );
  return open
    ? [
        broken(
          about,
          'the S3 store takes a wrong secret too: anybody who reaches it can remove files',
          'use a store that checks signatures',
        ),
      ]
    : [well(about, 'the S3 store answers, and refuses a wrong secret')];
}
