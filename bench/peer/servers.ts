// The servers that ours is measured beside, from Debian, each in a process of its own on the core of the server, without TLS,
// history, limits or logs: what its own manual offers for speed. They are only measured; nothing of them is in this program.
import { execFile, execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { onCore, SERVER_CORE } from '../measured.ts';

/** What the load speaks to it: a word of rooms.cc, and what it needs beside. */
export interface PeerSpeech {
  readonly protocol: 'xmpp' | 'mqtt' | 'nats';
  readonly extra: string;
}

interface Start {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where it tells over HTTP what it has done. */
  readonly monitor?: string;
}

interface PeerKind extends PeerSpeech {
  /** Debian's package. */
  readonly package: string;
  readonly program: string;
  /** Writes its configuration into the folder; answers how it is started. */
  start(it: { folder: string; port: number; people: number }): Promise<Start>;
}

const ERLANG = '-noinput +K true +P 250000 +S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none'.split(' ');
const ROOMS = 'conference.localhost';

const mosquitto = (quality: 0 | 1): PeerKind => ({
  package: 'mosquitto',
  program: '/usr/sbin/mosquitto',
  protocol: 'mqtt',
  extra: String(quality),
  async start({ folder, port }) {
    const path = join(folder, 'mosquitto.conf');
    await writeFile(
      path,
      `listener ${port} 127.0.0.1
allow_anonymous true
persistence false
log_type none
set_tcp_nodelay true
max_queued_messages 0
max_inflight_messages 0
${process.getuid?.() === 0 ? 'user root\n' : ''}`,
    );
    return { args: ['-c', path] };
  },
});

export const PEERS: Readonly<Record<string, PeerKind>> = {
  'ejabberd, group chat': {
    package: 'ejabberd',
    program: '/usr/bin/erl',
    protocol: 'xmpp',
    extra: ROOMS,
    async start({ folder, port }) {
      const path = join(folder, 'ejabberd.yml');
      // No mod_stream_mgmt and no mod_mam; presence is told to nobody, since a thousand who come in would be told a million times.
      await writeFile(
        path,
        `hosts: [localhost]
loglevel: none
auth_method: anonymous
anonymous_protocol: login_anon
allow_multiple_connections: true
listen:
  - port: ${port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    access: all
    shaper: none
    starttls: false
    backlog: 1024
modules:
  mod_muc:
    access: all
    access_create: all
    max_users: 10000
    max_users_admin_threshold: 10000
    history_size: 0
    min_message_interval: 0
    min_presence_interval: 0
    default_room_options:
      presence_broadcast: []
      logging: false
      mam: false
      public: false
      max_users: 10000
`,
      );
      const data = join(folder, 'mnesia');
      await mkdir(data);
      return {
        // One scheduler for one core, which sleeps when there is nothing to do.
        args: [...ERLANG, '-mnesia', 'dir', `"${data}"`, '-s', 'ejabberd'],
        env: {
          EJABBERD_CONFIG_PATH: path,
          EJABBERD_LOG_PATH: join(folder, 'ejabberd.log'),
          ERL_LIBS: librariesOfErlang(),
          ERL_CRASH_DUMP: '/dev/null',
        },
      };
    },
  },
  'prosody, group chat': {
    package: 'prosody',
    program: '/usr/bin/prosody',
    protocol: 'xmpp',
    extra: ROOMS,
    async start({ folder, port, people }) {
      const path = join(folder, 'prosody.cfg.lua');
      await writeFile(
        path,
        `run_as_root = true
pidfile = "${folder}/pid"
data_path = "${folder}"
log = { error = "${folder}/error.log" }
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
s2s_ports = {}
authentication = "internal_plain"
modules_enabled = { "saslauth", "disco" }
modules_disabled = { "s2s", "tls", "offline", "limits", "smacks" }
c2s_stanza_size_limit = 262144
network_settings = { read_timeout = 840, tcp_backlog = 1024, nodelay = true }
VirtualHost "localhost"
Component "${ROOMS}" "muc"
  muc_room_default_presence_broadcast = { visitor = false, participant = false, moderator = false }
  muc_room_default_history_length = 0
  max_history_messages = 0
  muc_room_locking = false
`,
      );
      const accounts = join(folder, 'localhost', 'accounts');
      await mkdir(accounts, { recursive: true });
      for (let at = 0; at < people; at += 1)
        await writeFile(join(accounts, `u${at}.dat`), 'return { ["password"] = "x"; };\n');
      return { args: ['--config', path, '-F'] };
    },
  },
  'mosquitto, topic, QoS 0': mosquitto(0),
  'mosquitto, topic, QoS 1': mosquitto(1),
  'nats-server, subject': {
    package: 'nats-server',
    program: '/usr/sbin/nats-server',
    protocol: 'nats',
    extra: '-',
    async start({ folder, port }) {
      const path = join(folder, 'nats.conf');
      const monitor = `127.0.0.1:${await freePort()}`;
      await writeFile(
        path,
        `listen: "127.0.0.1:${port}"
http: "${monitor}"
log_file: "${folder}/log"
max_connections: 20000
max_pending: 256MB
write_deadline: "60s"
`,
      );
      return { args: ['-c', path], monitor };
    },
  },
};

/** Where Debian puts ejabberd and what it stands on. */
const librariesOfErlang = (): string =>
  execFileSync('sh', ['-c', 'dirname /usr/lib/*/ejabberd-*/ebin | head -n 1 | xargs dirname'], {
    encoding: 'utf8',
  }).trim();

/** Debian’s packages of those that are not there. */
export function missingPeers(): string[] {
  const missing = Object.values(PEERS).filter(
    (it) => !existsSync(it.program) || (it.package === 'ejabberd' && librariesOfErlang() === ''),
  );
  return [...new Set(missing.map((it) => it.package))];
}

/** Installs what is missing, where this may; its services are not started. */
export async function installPeers(): Promise<void> {
  const missing = missingPeers();
  if (missing.length === 0 || process.getuid?.() !== 0) return;
  await promisify(execFile)('sh', ['bin/machine', ...missing], { cwd: join(import.meta.dirname, '../..') });
}

/** “23.01-1” */
export function versionOf(kind: PeerKind): string {
  return execFileSync('dpkg-query', ['-W', '-f', '${Version}', kind.package], { encoding: 'utf8' });
}

/** Seconds of processor time of a process and its children, all threads that live. */
export function secondsOf(pid: number): number {
  let nanoseconds = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const path = `/proc/${pid}/task/${task}`;
    nanoseconds += Number(readFileSync(`${path}/schedstat`, 'utf8').split(' ', 1)[0]);
    for (const child of readFileSync(`${path}/children`, 'utf8').trim().split(' ').filter(Boolean))
      nanoseconds += secondsOf(Number(child)) * 1e9;
  }
  return nanoseconds / 1e9;
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Far more than any of them takes. */
const COMES_MS = 60_000;

/** One of them, running. */
export class PeerServer {
  readonly port: number;
  readonly kind: PeerKind;
  readonly monitor: string | undefined;
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(kind: PeerKind, port: number, folder: string, child: ChildProcess, monitor?: string) {
    this.monitor = monitor;
    this.kind = kind;
    this.port = port;
    this.#folder = folder;
    this.#child = child;
  }

  static async open(name: string, people: number): Promise<PeerServer> {
    const kind = PEERS[name]!;
    const folder = await mkdtemp(join(tmpdir(), 'nha-rong-bench-peer-'));
    const port = await freePort();
    const { args, env, monitor } = await kind.start({ folder, port, people });
    const [program, all] = onCore(SERVER_CORE, kind.program, args);
    const child = spawn(program, all, {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const line of [child.stdout, child.stderr])
      line.on('data', (data: Buffer) => (said = (said + data.toString()).slice(-4_000)));
    const peer = new PeerServer(kind, port, folder, child, monitor);
    for (const until = Date.now() + COMES_MS; !(await listens(port));) {
      if (Date.now() < until && child.exitCode === null && child.signalCode === null) await pause(50);
      else {
        await peer.close();
        throw new Error(`${name} does not come up: ${said}`);
      }
    }
    return peer;
  }

  get cpuSeconds(): number {
    return secondsOf(this.#child.pid!);
  }

  async close(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function listens(port: number): Promise<boolean> {
  const line = connect(port, '127.0.0.1');
  const came = await Promise.race([
    once(line, 'connect').then(
      () => true,
      () => false,
    ),
    pause(2_000, false),
  ]);
  line.destroy();
  return came;
}
