// Archives: what is inside decides, and what cannot be looked at is refused.
import { zipOf } from '../../testing/samples.ts';
import type { ZipEntry } from '../../testing/samples.ts';
import type { Random } from '../../testing/random.ts';

export interface Inside {
  readonly name: string;
  readonly bytes: Buffer;
}

export const ARCHIVE_PARTS = [
  'document inside', 'archive in an archive', 'third archive', 'name inside', 'folder inside', 'comment', 'locked', 'broken', 'broken inside', 'unknown inside', 'another form', 'cut off',
] as const; // prettier-ignore

/** A marked document, or what hides one, of which only the outside can be seen. */
export function archive(part: string, random: Random, marked: Inside, clean: readonly Inside[], level: string): Buffer {
  const others: ZipEntry[] = clean.map((it) => ({ ...it }));
  const within = (...entries: ZipEntry[]): Buffer => zipOf([...others, ...entries]);
  switch (part) {
    case 'document inside':
      return within(marked);
    case 'archive in an archive':
      return within({ name: 'phu-luc.zip', bytes: zipOf([{ ...clean[0]!, name: 'a.txt' }, marked]) });
    case 'third archive':
      return within({
        name: '2.zip',
        bytes: zipOf([{ name: '3.zip', bytes: zipOf([{ name: '4.zip', bytes: zipOf([marked]) }]) }]),
      });
    case 'name inside':
      return within({ name: `${level} - phương án.txt`, bytes: 'Xem bản giấy.' });
    case 'folder inside':
      return within({ name: `Tài liệu (${level})/phương án.txt`, bytes: 'Xem bản giấy.' });
    case 'comment': {
      const bytes = within();
      const said = Buffer.from(`Độ mật: ${level}`);
      bytes.writeUInt16LE(said.length, bytes.length - 2);
      return Buffer.concat([bytes, said]);
    }
    case 'locked': {
      const noise = Buffer.from(Array.from({ length: 300 }, () => random.below(256)));
      return within({ name: 'phuong-an.docx', bytes: noise, flags: 0x801, packed: noise });
    }
    case 'broken': {
      const bytes = within(marked);
      for (let at = 60; at < bytes.length - 200; at += 40) bytes.writeUInt8(random.below(256), at);
      return bytes;
    }
    case 'broken inside':
      return within({ name: 'phuong-an.docx', bytes: marked.bytes.subarray(0, Math.floor(marked.bytes.length * 0.6)) });
    case 'unknown inside':
      return within({
        name: random.pick(['phuong-an.xyz', 'phuong-an.dwg', 'phuong-an.msg', 'a.exe']),
        bytes: Buffer.from(Array.from({ length: 400 }, () => random.below(256))),
      });
    case 'another form':
      return within({
        name: 'phuong-an.7z',
        bytes: Buffer.concat([Buffer.from('377abcaf271c0004', 'hex'), Buffer.alloc(200, 7)]),
      });
    default: {
      const bytes = within(marked);
      return bytes.subarray(0, bytes.length - 40 - random.below(bytes.length / 2));
    }
  }
}

export function cleanArchive(random: Random, clean: readonly Inside[]): Buffer {
  if (random.percent(60))
    return zipOf(clean.map((it) => ({ ...it, name: random.percent(50) ? it.name : `phụ lục/${it.name}` })));
  return zipOf([{ name: 'bieu.zip', bytes: zipOf(clean.map((it) => ({ ...it }))) }, ...clean.slice(0, 1)]);
}
