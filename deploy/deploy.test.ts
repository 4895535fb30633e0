import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { parseEnv } from 'node:util';

import { addressesIn } from '../server/address.ts';
import { readConfig } from '../server/config.ts';
import { checkBus } from '../server/doctor/bus.ts';
import { checkFront } from '../server/doctor/front.ts';
import { lineOf } from '../server/doctor/finding.ts';
import { Crowd } from '../testing/crowd.ts';
import { TestClient } from '../testing/client.ts';
import { closeBefore, newDatabase } from '../testing/postgres.ts';
import { Program } from '../testing/program.ts';
import { beginUpload } from '../testing/uploads.ts';

const HERE = import.meta.dirname;
const place = await mkdtemp(join(tmpdir(), 'nha-rong-deploy-'));
const children: ChildProcess[] = [];
after(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  await rm(place, { recursive: true, force: true });
});
const missing = (path: string, name: string): string | false => (existsSync(path) ? false : `needs ${name} (Debian)`);

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** The example as it stands, with other addresses: each of these has to be in it. */
async function example(name: string, ...others: [from: string, to: string][]): Promise<string> {
  let text = await readFile(join(HERE, name), 'utf8');
  for (const [from, to] of others) {
    assert.ok(text.includes(from), `${name} has ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** One GET through the proxy; 0 where nobody answers. */
function get(url: string, ca: string): Promise<number> {
  return new Promise((resolve) => {
    const out = request(url, { ca, agent: false, timeout: 5_000 }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode!));
      response.on('error', () => resolve(0));
    });
    out.on('timeout', () => out.destroy());
    out.on('error', () => resolve(0));
    out.end();
  });
}

async function comes(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const until = Date.now() + 60_000; !(await holds()); await pause(50)) assert.ok(Date.now() < until, what);
}

test('the unit is one that systemd takes', { skip: missing('/usr/bin/systemd-analyze', 'systemd') }, async () => {
  const unit = join(place, 'nharong.service');
  await writeFile(
    unit,
    await example(
      'nharong.service',
      ['/opt/nha-rong', join(HERE, '..')],
      ['User=nha-rong', 'User=root'],
      ['Group=nha-rong', 'Group=root'],
    ),
  );
  const said = execFileSync('systemd-analyze', ['verify', '--man=no', unit], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  assert.equal(said, '');
});

test(
  'the proxies before real nodes: everything passes, and a node that ends takes nobody with it',
  {
    skip:
      missing('/usr/sbin/haproxy', 'haproxy') ||
      missing('/usr/sbin/nginx', 'nginx-light') ||
      missing('/usr/sbin/nats-server', 'nats-server'),
  },
  async (t) => {
    const file = (name: string): string => join(place, name);
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '90',
        '-keyout',
        file('key.pem'),
        '-out',
        file('chain.pem'),
        '-subj',
        '/CN=127.0.0.1',
        '-addext',
        'subjectAltName=IP:127.0.0.1',
      ],
      { stdio: 'pipe' },
    );
    const ca = await readFile(file('chain.pem'), 'utf8');
    await writeFile(file('both.pem'), ca + (await readFile(file('key.pem'), 'utf8')), { mode: 0o600 });
    const front = await freePort();
    const url = `https://127.0.0.1:${front}`;
    setDefaultCACertificates([...getCACertificates('default'), ca]);
    const run = (command: string, args: string[]): ChildProcess => {
      const child = spawn(command, args, { stdio: 'ignore' });
      children.push(child);
      return child;
    };

    // Three NATS, with what the script made, as their file says.
    const secrets = file('secrets');
    execFileSync('sh', [join(HERE, 'three-nodes/secrets.sh'), secrets, '127.0.0.1', '127.0.0.1', '127.0.0.1'], {
      stdio: 'pipe',
    });
    const buses: string[] = [];
    const addresses: [string, string][] = [];
    for (const machine of ['10.0.0.21', '10.0.0.22', '10.0.0.23']) {
      buses.push(`127.0.0.1:${await freePort()}`);
      addresses.push([`${machine}:4222`, buses.at(-1)!], [`${machine}:6222`, `127.0.0.1:${await freePort()}`]);
    }
    const natsText = await readFile(join(HERE, 'three-nodes/nats.conf'), 'utf8');
    const servers: ChildProcess[] = [];
    for (const n of [1, 2, 3]) {
      let text = natsText
        .replace('server_name: "nats-1"', `server_name: "nats-${n}"`)
        .replace('listen: "10.0.0.21:4222"', `listen: "10.0.0.2${n}:4222"`)
        .replace('listen: "10.0.0.21:6222"', `listen: "10.0.0.2${n}:6222"`)
        .replaceAll('/etc/nharong-nats', join(secrets, `nats-${n}`));
      for (const [from, to] of addresses) text = text.replaceAll(from, to);
      assert.doesNotMatch(text, /10\.0\.0\./);
      await writeFile(join(secrets, `nats-${n}`, 'nats.conf'), text);
      servers.push(run('/usr/sbin/nats-server', ['-c', join(secrets, `nats-${n}`, 'nats.conf')]));
    }

    // Three nodes, with the settings of the example.
    const { url: databaseUrl } = await newDatabase();
    const settings = parseEnv(
      await example(
        'three-nodes/node.env',
        ['https://goi.xa.gov.vn', url],
        ['10.0.0.5', '127.0.0.1'],
        ['DRAIN_SECONDS=4', 'DRAIN_SECONDS=2'],
        ['/etc/nharong/keys', file('keys')],
        ['/etc/nharong/nats', join(secrets, 'nats')],
        ['postgresql://nharong:PASSWORD@10.0.0.31/nharong', databaseUrl],
        ...addresses.filter(([from]) => from.endsWith(':4222')),
      ),
    ) as Record<string, string>;
    // There is no store here: one folder that all see.
    for (const name of Object.keys(settings)) if (/^(?:FILES_S3_|SMS_)/.test(name)) delete settings[name];
    await mkdir(file('files'), { mode: 0o700 });
    const programs: Program[] = [];
    for (const n of [1, 2, 3]) {
      const program = await Program.create({ ...settings, NODE_NAME: `node-${n}`, FILES_SHARED: 'yes' });
      closeBefore(() => program.remove());
      await symlink(file('files'), join(program.dataDir, 'files'));
      programs.push(program);
    }
    const start = (it: Program): Promise<void> => it.start({ NODE_ADDRESS: it.address });
    await Promise.all(programs.map(start));

    const isProxy = addressesIn(['127.0.0.1', '::1']);
    const look = async (): Promise<void> => {
      await comes('the proxy answers', async () => (await get(`${url}/healthz`, ca)) === 200);
      const findings = await checkFront(url, { ca, now: new Date(), isProxy });
      assert.deepEqual(findings.filter((it) => it.state !== 'well').map(lineOf), []);
      assert.equal(await get(`${url}/metrics`, ca), 404);
    };
    const end = async (child: ChildProcess): Promise<void> => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    };

    await t.test('nginx', async () => {
      const site = await example(
        'nginx.conf',
        ['listen 443 ssl', `listen 127.0.0.1:${front} ssl`],
        ['127.0.0.1:8080', `127.0.0.1:${programs[0]!.port}`],
        ['/etc/nharong/tls', place],
        ['goi.xa.gov.vn', '127.0.0.1'],
      );
      await mkdir(file('nginx'), { recursive: true });
      await writeFile(
        file('nginx.conf'),
        `pid ${file('nginx.pid')};\nerror_log ${file('nginx.log')};\ndaemon off;\nmaster_process off;\nevents {}\nhttp {\naccess_log off;\n${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((it) => `${it}_temp_path ${file(`nginx/${it}`)};`).join('\n')}\n${site}\n}\n`,
      );
      execFileSync('/usr/sbin/nginx', ['-t', '-c', file('nginx.conf'), '-e', file('nginx.log')], { stdio: 'pipe' });
      const nginx = run('/usr/sbin/nginx', ['-c', file('nginx.conf'), '-e', file('nginx.log')]);
      await look();
      await end(nginx);
    });

    await t.test('haproxy before three', async () => {
      const text = await example(
        'three-nodes/haproxy.cfg',
        ['0.0.0.0:443', `127.0.0.1:${front}`],
        ['/etc/nharong/tls', place],
        ...programs.map((it, at) => [`10.0.0.1${at + 1}:8080`, `127.0.0.1:${it.port}`] as [string, string]),
      );
      await writeFile(file('haproxy.cfg'), text);
      execFileSync('/usr/sbin/haproxy', ['-c', '-f', file('haproxy.cfg')], { stdio: 'pipe' });
      run('/usr/sbin/haproxy', ['-db', '-f', file('haproxy.cfg')]);
      await look();
      const { nats } = readConfig(settings);
      assert.deepEqual((await checkBus(nats!)).filter((it) => it.state !== 'well').map(lineOf), []);

      const crowd = await Crowd.create(
        { address: url, said: '', databaseUrl: () => Promise.resolve(databaseUrl) },
        2,
        3,
        { patienceMs: 10_000 },
      );

      // What the cookie is called where there is TLS.
      for (const it of crowd.people) Object.assign(it, { cookie: `__Host-${it.cookie}` });
      const [sender] = crowd.people;
      const bytes = Buffer.from('Biên bản họp thôn\n'.repeat(20_000));
      const begun = await beginUpload({ address: url, cookie: sender!.cookie }, bytes.length, { name: 'bien-ban.txt' });
      assert.equal(begun.status, 201);
      const location = begun.headers.get('location')!;
      // Each part by a connection of its own, to whichever node the proxy takes.
      for (let offset = 0; offset < bytes.length; offset += 100_000) {
        const part = bytes.subarray(offset, offset + 100_000);
        const sent = await fetch(url + location, {
          method: 'PATCH',
          headers: {
            'tus-resumable': '1.0.0',
            cookie: sender!.cookie,
            origin: url,
            'content-type': 'application/offset+octet-stream',
            'upload-offset': String(offset),
            connection: 'close',
          },
          body: part,
        });
        assert.equal(sent.status, 204, await sent.text());
      }
      const client = await TestClient.connect(url, sender!.cookie, sender!.id);
      const id = location.split('/').at(-1)!;
      await comes('the file is ready', async () => {
        const { uploads } = await client.call('file.status', { files: [id] });
        return uploads[0]?.state === 'ready';
      });
      client.socket.terminate();
      const got = await fetch(`${url}/f/${id}`, { headers: { cookie: sender!.cookie } });
      assert.ok(Buffer.from(await got.arrayBuffer()).equals(bytes), 'it comes back as it went');

      const { acked } = await crowd.underLoad(async (state) => {
        await comes('they write', () => Promise.resolve(state.acked > 3));
        await programs[0]!.kill();
        // One NATS of three is away from here on: nobody notices.
        await end(servers[0]!);
        await comes('without the node that was killed', async () => {
          const all = await Promise.all(Array.from({ length: 10 }, () => get(`${url}/readyz`, ca)));
          return all.every((it) => it === 200);
        });
        await start(programs[0]!);
        // Each stops as asked and starts again: somebody is there all the time.
        for (const program of programs.toReversed()) {
          await program.kill('SIGTERM');
          await comes('while one is away', async () => (await get(`${url}/readyz`, ca)) === 200);
          await start(program);
        }
        const before = state.acked;
        await comes('they go on', () => Promise.resolve(state.acked > before + 3));
      });
      t.diagnostic(`${acked} messages, none lost, doubled or out of order`);
    });
  },
);

test('all that the container file copies, installs and runs is there', async () => {
  const root = join(HERE, '..');
  const text = (await readFile(join(HERE, 'Containerfile'), 'utf8')).replaceAll('\\\n', ' ');
  const lines = text.split('\n').filter((it) => it !== '' && !it.startsWith('#'));
  for (const line of lines) {
    const [, words] = /^COPY (?!--from)(.+)$/.exec(line) ?? [];
    for (const name of words?.split(' ').slice(0, -1) ?? []) assert.ok(existsSync(join(root, name)), name);
  }
  const files = text.matchAll(/(?<![.\w/])bin\/[a-z.]+/g);
  for (const [name] of files) assert.ok(existsSync(join(root, name)), name);
  const ready = await readFile(join(root, 'bin/ready'), 'utf8');
  for (const step of ['install_packages', 'build_client']) {
    assert.ok(text.includes(step));
    assert.ok(ready.includes(`${step}() {`));
  }
  const scripts = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } };
  assert.equal(scripts.scripts.start, 'exec sh bin/start');
  assert.match(text, /^CMD \["sh", "bin\/start"\]$/m);
  assert.match(text, /^USER nha-rong$/m);
  assert.ok(text.indexOf('USER nha-rong') > text.lastIndexOf('RUN '), 'nothing runs as root after that');
  const [, probe] = /^HEALTHCHECK .* CMD (\[.+\])$/m.exec(text)!;
  const [node, flag, script] = JSON.parse(probe!) as string[];
  assert.ok(existsSync(join(root, node!)));
  assert.throws(() => execFileSync(join(root, node!), [flag!, script!.replace('8080', '1')], { stdio: 'pipe' }));
  // What of this house must never come into an image.
  const ignored = (await readFile(join(HERE, 'Containerfile.dockerignore'), 'utf8')).split('\n');
  for (const name of ['data', 'node_modules', '.git', 'tmp']) assert.ok(ignored.includes(name), name);
});

test(
  'Debian has the packages that the container file names',
  { skip: missing('/usr/bin/apt-cache', 'apt') },
  async (t) => {
    const text = (await readFile(join(HERE, 'Containerfile'), 'utf8')).replaceAll('\\\n', ' ');
    const names = [...text.matchAll(/--no-install-recommends ([a-z0-9 .+-]+?) &&/g)].flatMap((it) => it[1]!.split(' '));
    assert.ok(names.length > 2);
    const said = execFileSync('apt-cache', ['pkgnames'], { encoding: 'utf8', maxBuffer: 1e8 });
    const known = new Set(said.split('\n'));
    if (known.size < 10_000) return t.skip('this machine has no lists of packages');
    for (const name of names) assert.ok(known.has(name), name);
  },
);
