import { execFileSync } from 'node:child_process';

/** What the tests need beside npm's packages, from Debian. */
export const PACKAGES = [
  'chromium',
  'fonts-noto-core',
  'fonts-noto-color-emoji',
  'postgresql-15',
  'nats-server',
  'janus',
  'age',
  'coturn',
  'haproxy',
  'nginx-light',
  'g++',
] as const;

/** Those of them that are not installed. */
export function missingPackages(): string[] {
  return PACKAGES.filter((name) => {
    try {
      const status = execFileSync('dpkg-query', ['-W', '-f=${db:Status-Status}', name], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return status !== 'installed';
    } catch {
      return true;
    }
  });
}
