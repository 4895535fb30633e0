// Files for the guard, made anew from a seed: papers with a marking in each part of each form, and their harmless twins.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Random } from '../../testing/random.ts';
import { archive, ARCHIVE_PARTS, cleanArchive } from './archives.ts';
import type { Inside } from './archives.ts';
import { docx, DOCX_PARTS, PPTX_PARTS, pptx, XLSX_PARTS, xlsx } from './office-open.ts';
import type { Plant } from './office-open.ts';
import { ODP_PARTS, odp, ODS_PARTS, ods, ODT_PARTS, odt } from './open-document.ts';
import { LEVELS, markingOf, paper } from './paper.ts';
import type { Paper } from './paper.ts';
import { pdf, PDF_PARTS } from './pdf.ts';
import { csv, CSV_PARTS, eml, EML_PARTS, rtf, RTF_PARTS, txt, TXT_PARTS } from './written.ts';

export type FileClass = 'document' | 'harmless document' | 'archive' | 'harmless archive';

export interface FileRow {
  readonly id: string;
  readonly class: FileClass;
  /** Form and part. */
  readonly family: string;
  readonly name: string;
  readonly marked: boolean;
  /** What was put there; for those who mend. */
  readonly about?: string;
  make(): Promise<Buffer>;
}

interface Form {
  readonly extension: string;
  readonly parts: readonly string[];
  make(it: Paper, plant: Plant): Buffer | Promise<Buffer>;
}

const FORMS: readonly Form[] = [
  { extension: 'docx', parts: DOCX_PARTS, make: docx },
  { extension: 'xlsx', parts: XLSX_PARTS, make: xlsx },
  { extension: 'pptx', parts: PPTX_PARTS, make: pptx },
  { extension: 'odt', parts: ODT_PARTS, make: odt },
  { extension: 'ods', parts: ODS_PARTS, make: ods },
  { extension: 'odp', parts: ODP_PARTS, make: odp },
  { extension: 'rtf', parts: RTF_PARTS, make: rtf },
  { extension: 'txt', parts: TXT_PARTS, make: txt },
  { extension: 'csv', parts: CSV_PARTS, make: csv },
  {
    extension: 'eml',
    parts: EML_PARTS,
    make: (it, plant) => eml(it, plant, (inner) => ({ name: 'phu-luc.docx', bytes: docx(it, inner) })),
  },
  { extension: 'pdf', parts: PDF_PARTS, make: pdf },
];

const NAMES = ['bao-cao', 'Kế hoạch năm 2026', 'to trinh', 'phu luc 1', 'TB-45', 'danh sach', 'van ban'];
const FIXTURES = join(import.meta.dirname, 'fixtures');

/** Every part of every form in turn, so that a small number still meets most of them. */
export async function fileRows(seed: number, sizes: Readonly<Record<FileClass, number>>): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  const old = (await readdir(FIXTURES)).sort().map((file) => ({ file, marked: file.startsWith('marked') }));
  const kept = (file: string) => (): Promise<Buffer> => readFile(join(FIXTURES, file));

  const places = FORMS.flatMap((form) => form.parts.map((part) => ({ form, part })));
  const random = new Random(seed);
  const order = shuffled(places, random);
  const add = (row: Omit<FileRow, 'id'>): void =>
    void rows.push({ id: `${row.class.replace(' ', '-')}-${rows.length}`, ...row });

  for (const { file, marked } of old.slice(0, Math.max(4, Math.min(old.length, sizes.document))))
    add({
      class: marked ? 'document' : 'harmless document',
      family: `doc: ${file.replace(/^\w+-|\.doc$/g, '')}`,
      name: 'van ban.doc',
      marked,
      make: kept(file),
    });

  for (let at = 0; at < sizes.document; at += 1) {
    // One in forty has its marking in nothing but its name.
    if (at % 40 === 39) {
      const { form } = random.pick(places);
      const it = paper(random);
      const level = random.pick(LEVELS);
      const name = `${random.pick([`[${level}] `, `${level} - `, `(${level}) `])}${random.pick(NAMES)}.${form.extension}`;
      add({
        class: 'document',
        family: `${form.extension}: file name`,
        name,
        marked: true,
        make: async () => form.make(it, { part: form.parts[0]!, text: '' }),
      });
      continue;
    }
    const { form, part } = order[at % order.length]!;
    const it = paper(random, { harmlessStamp: at % 7 === 0 && !form.extension.startsWith('p') });
    const text = markingOf(random);
    // A released paper is none that is marked.
    const marked = it.stamp?.includes('GIẢI') ? { ...it, stamp: 'KHẨN' } : it;
    add({
      class: 'document',
      family: `${form.extension}: ${part}`,
      name: `${random.pick(NAMES)}.${form.extension}`,
      marked: true,
      about: text,
      make: async () => form.make(marked, { part, text }),
    });
  }
  for (let at = 0; at < sizes['harmless document']; at += 1) {
    const { form, part } = order[at % order.length]!;
    const it = paper(random, { harmlessStamp: true });
    // What stands where a marking stood.
    const text =
      part.includes('utf') || form.extension === 'txt'
        ? ''
        : random.pick(['', 'KHẨN', 'Bảo mật thông tin', 'Mật độ dân cư', 'GIẢI MẬT', 'Phòng Kinh tế']);
    add({
      class: 'harmless document',
      family: `${form.extension}: ${part}`,
      name: `${random.pick(NAMES)}.${form.extension}`,
      marked: false,
      about: [text, it.stamp, it.about, ...it.body].join(' | '),
      make: async () => form.make(it, { part, text }),
    });
  }
  const clean = async (count: number): Promise<Inside[]> => {
    const list: Inside[] = [];
    for (let at = 0; at < count; at += 1) {
      const { form, part } = random.pick(places.filter((it) => it.form.extension !== 'eml'));
      list.push({
        name: `${at + 1} ${random.pick(NAMES)}.${form.extension}`,
        bytes: await form.make(paper(random), { part, text: '' }),
      });
    }
    return list;
  };
  for (let at = 0; at < sizes.archive; at += 1) {
    const part = ARCHIVE_PARTS[at % ARCHIVE_PARTS.length]!;
    const own = new Random(seed + 1_000_003 + at);
    add({
      class: 'archive',
      family: part,
      name: 'tai lieu.zip',
      marked: true,
      make: async () => {
        const { form, part: inner } = own.pick(places);
        const marked = {
          name: `phương án.${form.extension}`,
          bytes: await form.make(paper(own), { part: inner, text: markingOf(own) }),
        };
        return archive(part, own, marked, await clean(1 + own.below(2)), own.pick(LEVELS));
      },
    });
  }
  for (let at = 0; at < sizes['harmless archive']; at += 1) {
    const own = new Random(seed + 2_000_003 + at);
    add({
      class: 'harmless archive',
      family: 'documents',
      name: 'tai lieu.zip',
      marked: false,
      make: async () => cleanArchive(own, await clean(1 + own.below(3))),
    });
  }
  return rows;
}

export function shuffled<T>(list: readonly T[], random: Random): T[] {
  const found = [...list];
  for (let at = found.length - 1; at > 0; at -= 1) {
    const other = random.below(at + 1);
    [found[at], found[other]] = [found[other]!, found[at]!];
  }
  return found;
}
