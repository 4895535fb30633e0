import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AwsClient } from 'aws4fetch';

import type { S3Config } from '../server/config.ts';

/**
 * OpenStack Swift with its S3 door: a real object store that checks signatures, from Debian (swift-proxy, swift-account,
 * swift-container, swift-object). Where they are not installed, SWIFT_ROOT is where their packages were unpacked.
 */
const ROOT = process.env.SWIFT_ROOT ?? '';
const MODULES = join(ROOT, '/usr/lib/python3/dist-packages');

export const hasSwift = (): boolean => existsSync(join(MODULES, 'swift'));

export interface Swift extends S3Config {
  /** For requests of the test’s own. */
  readonly client: AwsClient;
  stop(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** All four servers in one process on a folder of its own, with an empty bucket. */
export async function openSwift(): Promise<Swift> {
  const folder = await mkdtemp(join(tmpdir(), 'nha-rong-swift-'));
  const port = await freePorts(4);
  const script = join(folder, 'servers.py');
  await writeFile(script, SERVERS);
  const config: S3Config = {
    url: `http://127.0.0.1:${port}`,
    bucket: 'nha-rong-files',
    region: 'us-east-1',
    key: 'nha:rong',
    secret: 'mat-khau-thu',
  };
  const client = new AwsClient({
    accessKeyId: config.key,
    secretAccessKey: config.secret,
    region: config.region,
    service: 's3',
    retries: 0,
  });
  let child: ReturnType<typeof spawn> | undefined;

  async function start(): Promise<void> {
    const begun = spawn('/usr/bin/python3', [script, folder, String(port), config.secret], {
      env: {
        PATH: process.env.PATH,
        PYTHONPATH: MODULES,
        LD_LIBRARY_PATH: join(ROOT, '/usr/lib/x86_64-linux-gnu'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = begun;
    let said = '';
    begun.stderr.on('data', (data: Buffer) => (said = (said + data.toString()).slice(-5_000)));
    const ended = once(begun, 'exit').then(() => {
      throw new Error(`Swift ended: ${said}`);
    });
    // It prints one line once all four listen.
    await Promise.race([once(begun.stdout, 'data'), ended]);
    ended.catch(() => undefined);
  }

  async function stop(): Promise<void> {
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async function remove(): Promise<void> {
    await stop();
    await rm(folder, { recursive: true, force: true });
  }

  await start();
  const made = await client.fetch(`${config.url}/${config.bucket}`, { method: 'PUT' });
  const said = await made.text();
  if (!made.ok) {
    await remove();
    throw new Error(`no bucket could be made: ${made.status} ${said}`);
  }
  return {
    ...config,
    client,
    start,
    stop,
    remove,
  };
}

/** The first of so many ports in a row. */
async function freePorts(count: number): Promise<number> {
  for (;;) {
    const probes = [createServer().listen(0, '127.0.0.1')];
    await once(probes[0]!, 'listening');
    const { port } = probes[0]!.address() as AddressInfo;
    let free = true;
    for (let next = 1; next < count && free; next += 1) {
      const probe = createServer().listen(port + next, '127.0.0.1');
      free = await Promise.race([
        once(probe, 'listening').then(() => true),
        once(probe, 'error').then(() => false),
      ]).catch(() => false);
      probes.push(probe);
    }
    for (const probe of probes) {
      if (!probe.listening) continue;
      probe.close();
      await once(probe, 'close');
    }
    if (free) return port;
  }
}

const SERVERS = `
import os, sys
from array import array
import eventlet
eventlet.monkey_patch()
from eventlet import wsgi
folder, port, secret = sys.argv[1], int(sys.argv[2]), sys.argv[3]
from swift.common import utils
utils.HASH_PATH_PREFIX, utils.HASH_PATH_SUFFIX = b'nha', b'rong'
utils.SWIFT_CONF_FILE = os.path.join(folder, 'swift.conf')
with open(utils.SWIFT_CONF_FILE, 'w') as it:
    it.write('[swift-hash]\\nswift_hash_path_prefix = nha\\nswift_hash_path_suffix = rong\\n[storage-policy:0]\\nname = one\\ndefault = yes\\n')
from swift.common.storage_policy import reload_storage_policies
reload_storage_policies()
from swift.common.ring import RingData
from swift.common.wsgi import loadapp
from swift.common.http_protocol import SwiftHttpProtocol
os.makedirs(os.path.join(folder, 'disks', 'one'), exist_ok=True)
common = '[DEFAULT]\\nswift_dir = %s\\nmount_check = false\\ndevices = %s/disks\\nlog_level = ERROR\\n' % (folder, folder)
def serve(name, at, text):
    path = os.path.join(folder, name + '.conf')
    with open(path, 'w') as it:
        it.write(common + text)
    eventlet.spawn(wsgi.server, eventlet.listen(('127.0.0.1', at)), loadapp(path), open(os.devnull, 'w'), protocol=SwiftHttpProtocol, debug=False)
kinds = [('account', port + 1), ('container', port + 2), ('object', port + 3)]
for kind, at in kinds:
    disk = {'id': 0, 'zone': 1, 'region': 1, 'device': 'one', 'ip': '127.0.0.1', 'port': at, 'replication_ip': '127.0.0.1', 'replication_port': at, 'weight': 1.0, 'meta': ''}
    RingData([array('H', [0, 0])], [disk], 31).save(os.path.join(folder, kind + '.ring.gz'))
for kind, at in kinds:
    serve(kind, at, '[pipeline:main]\\npipeline = %s-server\\n[app:%s-server]\\nuse = egg:swift#%s\\n' % (kind, kind, kind))
filters = ['catch_errors', 'gatekeeper', 'cache', 'listing_formats', 'bulk', 's3api', 'tempauth', 'slo', 'dlo']
# It asks for a cache and does without one.
more = {'tempauth': 'user_nha_rong = %s .admin\\n' % secret, 'cache': 'memcache_servers = 127.0.0.1:1\\n'}
serve('proxy', port, '[pipeline:main]\\npipeline = %s proxy-logging proxy-server\\n' % ' '.join(filters)
    + '[app:proxy-server]\\nuse = egg:swift#proxy\\naccount_autocreate = true\\n[filter:proxy-logging]\\nuse = egg:swift#proxy_logging\\n'
    + ''.join('[filter:%s]\\nuse = egg:swift#%s\\n%s' % (it, 'memcache' if it == 'cache' else it, more.get(it, '')) for it in filters))
print('ready', flush=True)
while True:
    eventlet.sleep(3600)
`;
