import { createHmac, randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const BYTES = 32;

/**
 * A secret of this installation that is not in the database, so that a copy of the database alone opens nothing:
 * `DATA_DIR/keys/<name>`, readable by the program's user only, made at its first use. 32 bytes.
 */
export function keyIn(dataDir: string, name: string): Buffer {
  const folder = join(dataDir, 'keys');
  const file = join(folder, name);
  const found = readKey(file);
  if (found) return found;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, randomBytes(BYTES), { mode: 0o600, flush: true });
  try {
    // A link fails where the name is taken, so that of two programs that start at once both use the same key.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readKey(file)!;
}

function readKey(file: string): Buffer | undefined {
  let key: Buffer;
  try {
    key = readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (key.length !== BYTES) throw new Error(`${file} is damaged: it has ${key.length} bytes, not ${BYTES}`);
  return key;
}

/** HMAC-SHA-256 over parts that cannot run into each other. */
export function mac(key: Buffer, ...parts: readonly (string | Buffer)[]): Buffer {
  const hash = createHmac('sha256', key);
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest();
}
