import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { promisify } from 'node:util';

import { broken, warning, well } from './finding.ts';
import type { Finding } from './finding.ts';

export interface MachineFacts {
  readonly memoryBytes: number;
  readonly swapBytes: number;
  readonly swapEncrypted: boolean;
  /** Of the program, where it runs; else of this command. */
  readonly filesMost: number;
  readonly coreBytes: number;
  readonly corePattern: string;
  readonly uid: number;
  /** Undefined where nobody here knows. */
  readonly clockSynchronised: boolean | undefined;
  /** What the time zone data of this Node say of Hà Nội, minutes east of Greenwich. */
  readonly hanoiMinutes: number;
  readonly load: number;
}

const text = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** `pid`: of the running program. */
export async function readMachine(pid: number | undefined): Promise<MachineFacts> {
  const who = pid ?? 'self';
  const limits = await text(`/proc/${who}/limits`);
  const limit = (name: string): number => {
    const [, soft = ''] = new RegExp(`^${name} +(\\S+)`, 'm').exec(limits) ?? [];
    return soft === 'unlimited' ? Infinity : Number(soft || NaN);
  };
  const memory = await text('/proc/meminfo');
  const swaps = (await text('/proc/swaps')).split('\n').slice(1).filter(Boolean);
  const parts = new Intl.DateTimeFormat('en', { timeZone: 'Asia/Ho_Chi_Minh', hour: 'numeric', hourCycle: 'h23' });
  const noon = Number(parts.format(new Date('2026-01-01T00:00:00Z')));
  const [, uid = ''] = /^Uid:\s+(\d+)/m.exec(await text(`/proc/${who}/status`)) ?? [];
  return {
    memoryBytes: await memoryOf(),
    swapBytes: Number(/^SwapTotal: +(\d+)/m.exec(memory)?.[1] ?? 0) * 1_024,
    swapEncrypted: swaps.length > 0 && swaps.every((line) => /^\/dev\/(dm-|mapper\/|zram)/.test(line)),
    filesMost: limit('Max open files'),
    coreBytes: limit('Max core file size'),
    corePattern: (await text('/proc/sys/kernel/core_pattern')).trim(),
    uid: Number(uid || process.getuid?.()),
    clockSynchronised: await clockSynchronised(),
    hanoiMinutes: noon * 60,
    load: Number((await text('/proc/loadavg')).split(' ')[0] ?? 0),
  };
}

/** What the machine has, or what its container may use. */
async function memoryOf(): Promise<number> {
  const most = Number(await text('/sys/fs/cgroup/memory.max'));
  return most > 0 ? Math.min(most, totalmem()) : totalmem();
}

const run = promisify(execFile);

async function clockSynchronised(): Promise<boolean | undefined> {
  const asked: [string, string[], (said: string) => boolean | undefined][] = [
    [
      'chronyc',
      ['-n', 'tracking'],
      (said) => (/Leap status/.test(said) ? /Leap status\s*: Normal/.test(said) : undefined),
    ],
    [
      'timedatectl',
      ['show', '-p', 'NTPSynchronized', '--value'],
      (said) => (/^(yes|no)/.test(said) ? said.startsWith('yes') : undefined),
    ],
  ];
  for (const [command, args, answer] of asked) {
    const said = await run(command, args, { timeout: 5_000 }).then(
      ({ stdout }) => stdout.trim(),
      () => '',
    );
    const found = answer(said);
    if (found !== undefined) return found;
  }
  return undefined;
}

const GIB = 1_073_741_824;
/** A socket each, and what PostgreSQL, files and the workers hold beside them. */
const FILES_BESIDE = 1_000;

/** `sockets`: how many people may be connected at once. */
export function judgeMachine(it: MachineFacts, { sockets }: { readonly sockets: number }): Finding[] {
  const found: Finding[] = [];
  if (it.memoryBytes < 1.9 * GIB)
    found.push(
      broken(
        'memory',
        `${(it.memoryBytes / GIB).toFixed(1)} GB: files cannot be looked into beside the database`,
        'give it 2 GB or more',
      ),
    );
  else if (it.memoryBytes < 3.8 * GIB)
    found.push(
      warning(
        'memory',
        `${(it.memoryBytes / GIB).toFixed(1)} GB are for some hundreds of people`,
        'docs/operating.md, How large',
      ),
    );
  else found.push(well('memory', `${(it.memoryBytes / GIB).toFixed(1)} GB`));
  if (it.swapBytes > 0 && !it.swapEncrypted)
    found.push(
      warning(
        'swap',
        'swap is on and not encrypted: what people just send may come to lie there',
        'swapoff -a, or encrypt it',
      ),
    );
  if (it.filesMost < sockets + FILES_BESIDE)
    found.push(
      (it.filesMost < 2_048 ? broken : warning)(
        'open files',
        `${it.filesMost} are too few for ${sockets} connections`,
        'LimitNOFILE=65536 in the unit, or ulimit -n 65536',
      ),
    );
  else found.push(well('open files', `${it.filesMost}`));
  if (it.coreBytes > 0)
    found.push(
      warning(
        'core dumps',
        'they are on: an image of the memory would hold what people write',
        'start by npm start or deploy/nharong.service (LimitCORE=0)',
      ),
    );
  else if (it.corePattern.startsWith('|'))
    found.push(
      warning(
        'core dumps',
        `core_pattern pipes them into ${it.corePattern.slice(1).split(' ')[0]}, whatever the limit`,
        'Storage=none in /etc/systemd/coredump.conf, or switch it off',
      ),
    );
  else found.push(well('core dumps', 'off'));
  if (it.uid === 0)
    found.push(warning('user', 'the program runs as root', 'make a user for it: docs/operating.md, Start and stop'));
  if (it.clockSynchronised === false)
    found.push(
      broken('clock', 'nothing keeps this machine’s clock right', 'install chrony, or timedatectl set-ntp true'),
    );
  else if (it.clockSynchronised === undefined)
    found.push(
      warning(
        'clock',
        'whether anything keeps this machine’s clock right cannot be seen from here',
        'look at it on the host',
      ),
    );
  if (it.hanoiMinutes !== 420)
    found.push(
      broken(
        'time zones',
        'this Node has no time zone data: reminders would come at wrong hours',
        'start by npm start, with the Node of the packages',
      ),
    );
  return found;
}
