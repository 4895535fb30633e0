import { isCompound, openCompound } from './compound.ts';
import type { Compound } from './compound.ts';
import { none, Refused } from './finding.ts';
import type { Look } from './finding.ts';

/** What hangs on behind the last sector in use. */
const BEHIND_MOST = 65_536;
/** Word 97 and later; before, letters stood otherwise. */
const VERSION_LEAST = 0xc1;
const ENCRYPTED = 0x0100;

/** Word’s form until 2003. */
export function lookAtWord(bytes: Buffer, type: string): Look {
  if (!isCompound(bytes)) throw new Refused('file.mismatch');
  const compound = openCompound(bytes);
  refuseRunning(compound);
  if (compound.names.some((it) => /^Encrypt(?:edPackage|ionInfo)$/i.test(it))) throw new Refused('file.unchecked');
  const main = compound.streams.find((it) => it.path === 'WordDocument');
  if (!main) throw new Refused('file.mismatch');
  if (bytes.length > compound.end + BEHIND_MOST) throw new Refused('file.damaged');
  refuseUnreadable(main.read());
  return { found: { kind: 'document', type }, pictures: none() };
}

export function refuseUnreadable(main: Buffer): void {
  if (main.length < 0x1aa || main.readUInt16LE(0) !== 0xa5ec || main.readUInt16LE(2) < VERSION_LEAST)
    throw new Refused('file.unchecked');
  if ((main.readUInt16LE(0x0a) & ENCRYPTED) !== 0) throw new Refused('file.unchecked');
}

const RUNNING = new Set([
  'macros',
  'vba',
  '_vba_project',
  '_vba_project_cur',
  'projectwm',
  '\u0001ole10native',
  '\u0001ole10itemname',
  '\u0003ocxname',
  '\u0003ocxdata',
]);

/** Macros, and files of any kind to be started by a double click. */
export function refuseRunning({ names, streams }: Compound): void {
  if (names.some((it) => RUNNING.has(it.toLowerCase()))) throw new Refused('file.active');
  // A document of the newer form in one of the older.
  for (const stream of streams)
    if (/^package$/i.test(stream.name) && /vbaProject|\/activeX|Ole10Native/i.test(stream.read().toString('latin1')))
      throw new Refused('file.active');
}
