import { createHash, createHmac, randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const BYTES = 32;

/** A key is there and cannot be used; the message is one line for the operator. */
export class KeyError extends Error {
  override name = 'KeyError';
}

/**
 * A secret of this installation that is not in the database, so that a copy of the database alone opens nothing:
 * `DATA_DIR/keys/<name>`, readable by the program's user only, made at its first use. 32 bytes.
 */
export const keyIn = (dataDir: string, name: string): Buffer => keyOf(join(dataDir, 'keys'), name);

/** The same of a program that runs, whose keys lie in its `keysDir`. */
export function keyOf(folder: string, name: string): Buffer {
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
    throw new KeyError(`the key ${file} cannot be read: ${(error as Error).message}`);
  }
  if (key.length !== BYTES) throw new KeyError(`${file} is damaged: it has ${key.length} bytes, not ${BYTES}`);
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

/**
 * A secret that ends with this run of the machine: it lies in memory (`/dev/shm`), outlives the program, and is on no disk. So that what
 * was locked with it is gone for good once the machine is switched off. Of the program alone where there is no such place.
 */
export function fleetingKey(dataDir: string, name: string): Buffer {
  const file = fleetingPath(dataDir, name);
  const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  for (let tries = 0; tries < 2; tries += 1) {
    try {
      const descriptor = openSync(file, O_RDONLY | O_NOFOLLOW);
      try {
        const { uid, size, mode } = fstatSync(descriptor);
        // Another user of the machine has put something in its place.
        if (uid !== process.getuid?.() || size !== BYTES || (mode & 0o077) !== 0) break;
        return readFileSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') break;
    }
    try {
      const descriptor = openSync(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
      try {
        const key = randomBytes(BYTES);
        writeFileSync(descriptor, key);
        return key;
      } finally {
        closeSync(descriptor);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') break;
    }
  }
  return randomBytes(BYTES);
}

/** Where it lies, for whoever removes the data folder for good. */
export function fleetingPath(dataDir: string, name: string): string {
  const digest = createHash('sha256').update(`${dataDir}\n${name}`).digest('hex').slice(0, 24);
  return join('/dev/shm', `nharong-${digest}`);
}
