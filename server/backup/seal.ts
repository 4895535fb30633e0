import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createReadStream, createWriteStream } from 'node:fs';
import { createZstdCompress, createZstdDecompress, zstdCompress, zstdDecompress } from 'node:zlib';
import { promisify } from 'node:util';

import { Decrypter, Encrypter, identityToRecipient } from 'age-encryption';

import { keyOf } from '../keys.ts';

/** What stands before 32 bytes of a key in its usual wrapping (RFC 8410). */
const ED25519_PRIVATE = Buffer.from('302e020100300506032b657004220420', 'hex');
const ED25519_PUBLIC = Buffer.from('302a300506032b6570032100', 'hex');
const X25519_PRIVATE = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** Something of a backup cannot be used; the message names the part. */
export class BackupError extends Error {
  override name = 'BackupError';
}

/** One that opens what is sealed: the operator's as text, or the drill's as a key. */
export type Identity = string | CryptoKey;

/** Who can open, and who has made. */
export interface Sealing {
  readonly recipients: readonly string[];
  readonly signer: Signer;
}

export interface Signer {
  readonly secret: KeyObject;
  /** Its public half, as it stands beside the operator's identity. */
  readonly name: string;
}

/** The key backups of this house are signed with: `keys/backup-signing`. */
export function signerOf(keysDir: string): Signer {
  const seed = keyOf(keysDir, 'backup-signing');
  const secret = createPrivateKey({ key: Buffer.concat([ED25519_PRIVATE, seed]), format: 'der', type: 'pkcs8' });
  const open = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(ED25519_PUBLIC.length);
  return { secret, name: open.toString('base64url') };
}

export const signature = (signer: Signer, what: string, digest: Buffer): Buffer =>
  sign(null, Buffer.from(`nharong backup\n${what}\n${digest.toString('hex')}`), signer.secret);

export function isSigned(by: string, what: string, digest: Buffer, by64: Buffer): boolean {
  const open = Buffer.from(by, 'base64url');
  if (open.length !== 32) return false;
  const key = createPublicKey({ key: Buffer.concat([ED25519_PUBLIC, open]), format: 'der', type: 'spki' });
  return verify(null, Buffer.from(`nharong backup\n${what}\n${digest.toString('hex')}`), key, by64);
}

/** With which drills open: `keys/backup-drill`, which is in no backup. */
export async function drillIdentity(keysDir: string): Promise<CryptoKey> {
  const pkcs8 = Buffer.concat([X25519_PRIVATE, keyOf(keysDir, 'backup-drill')]);
  return crypto.subtle.importKey('pkcs8', pkcs8, { name: 'X25519' }, true, ['deriveBits']);
}

export async function sealingOf(keysDir: string, recipients: readonly string[]): Promise<Sealing> {
  const drill = await identityToRecipient(await drillIdentity(keysDir));
  return { recipients: [...recipients, drill], signer: signerOf(keysDir) };
}

export interface OperatorKeys {
  readonly identities: readonly string[];
  /** The public key backups must be signed with; undefined where the file does not say. */
  readonly signedBy: string | undefined;
}

/** The file of `bin/nharong backup keys`, or any file of identities as `age-keygen` writes it. */
export async function readIdentities(file: string): Promise<OperatorKeys> {
  const lines = (await readFile(file, 'utf8')).split('\n').map((line) => line.trim());
  const identities = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (identities.length === 0 || identities.some((line) => !line.startsWith('AGE-SECRET-KEY-')))
    throw new BackupError(`${file} holds no identity (a line AGE-SECRET-KEY-…)`);
  const signedBy = lines.map((line) => /^# signed by: ([\w-]{43})$/.exec(line)?.[1]).find((it) => it !== undefined);
  return { identities, signedBy };
}

async function encrypter(recipients: readonly string[]): Promise<Encrypter> {
  const it = new Encrypter();
  for (const recipient of recipients) it.addRecipient(recipient);
  return it;
}

function decrypter(identities: readonly Identity[]): Decrypter {
  const it = new Decrypter();
  for (const identity of identities) it.addIdentity(identity);
  return it;
}

export interface SealedPart {
  readonly bytes: number;
  /** Of the sealed file, hex. */
  readonly sha256: string;
}

function counting(): Transform & { bytes: number; digest(): string } {
  const hash = createHash('sha256');
  const it = new Transform({
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      counter.bytes += piece.length;
      done(null, piece);
    },
  });
  const counter = Object.assign(it, { bytes: 0, digest: () => hash.digest('hex') });
  return counter;
}

/** Compresses and seals a stream into a file, which is on the disk when this is done. */
export async function sealInto(path: string, recipients: readonly string[], from: Readable): Promise<SealedPart> {
  const counter = counting();
  const packed = createZstdCompress();
  from.once('error', (error) => packed.destroy(error));
  from.pipe(packed);
  const sealed = await (await encrypter(recipients)).encrypt(Readable.toWeb(packed) as ReadableStream<Uint8Array>);
  await pipeline(Readable.fromWeb(sealed as never), counter, createWriteStream(path, { mode: 0o600, flags: 'wx' }));
  await settle(path);
  return { bytes: counter.bytes, sha256: counter.digest() };
}

/** What was sealed into a file, as a stream; it fails with `BackupError` where the file is not what it was or opens with no identity. */
export async function openFrom(
  path: string,
  identities: readonly Identity[],
  expected: SealedPart | undefined,
  name: string,
): Promise<Readable> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new BackupError(`${name} is missing`);
  if (expected && found.size !== expected.bytes)
    throw new BackupError(`${name} has ${found.size} bytes, not ${expected.bytes}`);
  const counter = counting();
  const source = createReadStream(path, { highWaterMark: 1_048_576 });
  source.once('error', (error) => counter.destroy(error));
  source.pipe(counter);
  let opened: ReadableStream<Uint8Array>;
  try {
    opened = await decrypter(identities).decrypt(Readable.toWeb(counter) as ReadableStream<Uint8Array>);
  } catch (error) {
    source.destroy();
    throw new BackupError(`${name} does not open with this identity (${(error as Error).message})`);
  }
  const unpacked = createZstdDecompress();
  const wrong = (error: Error): void =>
    void unpacked.destroy(
      error instanceof BackupError ? error : new BackupError(`${name} is damaged (${error.message})`),
    );
  const plain = Readable.fromWeb(opened as never);
  plain.once('error', wrong);
  plain.pipe(unpacked);
  return Readable.from(
    (async function* () {
      try {
        yield* unpacked as AsyncIterable<Buffer>;
      } catch (error) {
        throw error instanceof BackupError
          ? error
          : new BackupError(`${name} is damaged (${(error as Error).message})`);
      } finally {
        source.destroy();
      }
      if (expected && counter.digest() !== expected.sha256) throw new BackupError(`${name} is not what was backed up`);
    })(),
    { objectMode: false },
  );
}

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** A frame that zstd skips (RFC 8878, 3.1.2), so that `age -d | zstd -d` opens it by hand. */
const SKIPPED = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 64, 0, 0, 0]);

/** Something small whole: signed, compressed, sealed. `what` names it, so that one cannot be put in the place of another. */
export async function sealBytes(sealing: Sealing, what: string, plain: Uint8Array): Promise<Buffer> {
  const packed = await compress(plain);
  const digest = createHash('sha256').update(packed).digest();
  const whole = Buffer.concat([SKIPPED, signature(sealing.signer, what, digest), packed]);
  return Buffer.from(await (await encrypter(sealing.recipients)).encrypt(whole));
}

/** Undefined for `signedBy`: whoever has signed it. Fails with `BackupError`. */
export async function openBytes(
  sealed: Uint8Array,
  identities: readonly Identity[],
  what: string,
  signedBy: string | undefined,
): Promise<Buffer> {
  let whole: Buffer;
  try {
    whole = Buffer.from(await decrypter(identities).decrypt(sealed));
  } catch (error) {
    throw new BackupError(`${what} is damaged, or does not open with this identity (${(error as Error).message})`);
  }
  const packed = whole.subarray(72);
  if (whole.length < 72 || !whole.subarray(0, 8).equals(SKIPPED))
    throw new BackupError(`${what} is no part of a backup`);
  const digest = createHash('sha256').update(packed).digest();
  if (signedBy !== undefined && !isSigned(signedBy, what, digest, whole.subarray(8, 72)))
    throw new BackupError(`${what} was not made by this house: its signature does not hold`);
  return decompress(packed).catch((error: unknown) => {
    throw new BackupError(`${what} is damaged (${(error as Error).message})`);
  });
}

/** On the disk, its name with it. */
export async function settle(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const it = await open(path, 'r');
    try {
      await it.sync();
    } catch (error) {
      // Some network file systems know no sync of a folder.
      if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
    } finally {
      await it.close();
    }
  }
}
