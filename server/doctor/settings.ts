import { ConfigError, readConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { broken, warning, well } from './finding.ts';
import type { Finding } from './finding.ts';

const LOCAL = ['localhost', '127.0.0.1', '[::1]'];

/** Settings that the program takes and that are no good for real people. */
export function judgeSettings(env: Readonly<Record<string, string | undefined>>, config: Config): Finding[] {
  const about = 'settings';
  const found: Finding[] = [];
  if (!config.production) {
    found.push(
      warning(about, 'NODE_ENV is not production', 'set NODE_ENV=production, so that unsafe settings are refused'),
    );
    try {
      readConfig({ ...env, NODE_ENV: 'production' });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const { name, expected } of error.bad)
        found.push(warning(about, `${name} is good for trying out only`, `set ${name} to ${expected}`));
    }
  }
  const { protocol, hostname } = new URL(config.publicUrl);
  if (protocol === 'https:' && ['0.0.0.0', '::'].includes(config.host))
    found.push(
      warning(
        about,
        `HOST=${config.host}: the plain HTTP port ${config.port} is open to every network of this machine`,
        'let it listen on 127.0.0.1 or on the address the proxy reaches, or close the port in the firewall',
      ),
    );
  if (LOCAL.includes(hostname))
    found.push(warning(about, `PUBLIC_URL is ${config.publicUrl}: only this machine reaches it`, 'set PUBLIC_URL'));
  const wide = config.trustedProxies.filter((it) => Number(it.split('/')[1] ?? 128) < (it.includes(':') ? 32 : 8));
  if (wide.length > 0)
    found.push(
      broken(
        about,
        `TRUSTED_PROXIES believes whole networks (${wide.join(', ')}): people could choose the address they are counted under`,
        'name the addresses of the proxies alone',
      ),
    );
  if (config.auditCopy === undefined)
    found.push(
      warning(
        about,
        'AUDIT_COPY is not set: whoever has this machine can cut the end off the audit log unseen',
        'let it lie on another machine',
      ),
    );
  if (config.filesS3?.url.startsWith('http:') && !LOCAL.includes(new URL(config.filesS3.url).hostname))
    found.push(warning(about, 'FILES_S3_URL is without TLS', 'use an https: address'));
  if (config.logLevel === 'debug' || config.logLevel === 'trace' || config.logLevel === 'silent')
    found.push(warning(about, `LOG_LEVEL is ${config.logLevel}`, 'set it to info'));
  if (config.turn === undefined)
    found.push(
      warning(about, 'TURN_URL is not set: calls between many networks stay silent', 'docs/operating.md, Calls'),
    );
  return found.length > 0 ? found : [well(about, 'fit for real people')];
}
