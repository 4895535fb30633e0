// Scans and phone photos of papers, made anew from a seed: with a stamp of secrecy, with other stamps, and pictures of everything else.
import PDFDocument from 'pdfkit';
import sharp from 'sharp';

import { openPdf } from '../../features/files/check/pdf.ts';
import { Random } from '../../testing/random.ts';
import type { FileRow } from './documents.ts';
import { LEVELS, paper } from './paper.ts';
import type { Paper } from './paper.ts';
import { BOLD, drawPaper, FONT } from './pdf.ts';

export type ScanClass = 'clean scan' | 'stamped scan' | 'photo' | 'harmless photo';
export interface ScanRow extends Omit<FileRow, 'class'> {
  readonly class: ScanClass;
}

/** RGB, row by row. */
interface Raster {
  readonly width: number;
  readonly height: number;
  readonly pixels: Buffer;
}

const RED = '#c8102e';
/** Points; A4. */
const PAGE = [595, 842] as const;
const MM = 72 / 25.4;

function printed(size: readonly [number, number], draw: (document: PDFKit.PDFDocument) => void): Promise<Buffer> {
  const document = new PDFDocument({ size: [...size], margin: 0 });
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => resolve(Buffer.concat(chunks)));
    document.on('error', reject);
    document.registerFont('plain', FONT).registerFont('bold', BOLD).registerFont('italic', FONT);
    draw(document);
    document.end();
  });
}

/** The first page, so many dots an inch. */
async function drawn(pdf: Buffer, longest: number, dpi: number): Promise<Raster> {
  const open = await openPdf(Buffer.from(pdf));
  const picture = open.draw(Math.round((longest / 72) * dpi));
  open.close();
  if (!picture) throw new Error('a page of the corpus could not be drawn');
  const { width, height, pixels } = picture;
  const rgb = Buffer.alloc(width * height * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = pixels[from]!;
    rgb[to + 1] = pixels[from + 1]!;
    rgb[to + 2] = pixels[from + 2]!;
  }
  return { width, height, pixels: rgb };
}

interface Mark {
  readonly kind: 'level' | 'urgency' | 'released' | 'circulation' | 'received';
  readonly text: string;
}

/** Width and height in millimetres, as the rules have them. */
function sizeOf({ kind, text }: Mark): readonly [number, number] {
  if (kind === 'level') return ({ MẬT: [20, 8], 'TỐI MẬT': [30, 8], 'TUYỆT MẬT': [40, 8] } as const)[text] ?? [30, 8];
  if (kind === 'urgency')
    return ({ KHẨN: [20, 8], 'HỎA TỐC': [30, 8], 'THƯỢNG KHẨN': [40, 8] } as const)[text] ?? [40, 8];
  if (kind === 'received') return [44, 22];
  return [text.length * 4 + 10, 9];
}

/** A stamp on white with room to turn. */
async function stamp(mark: Mark, dpi: number): Promise<Raster> {
  const [wide, high] = sizeOf(mark);
  const room = 3 * MM;
  const [width, height] = [wide * MM, high * MM];
  const size = [width + 2 * room, height + 2 * room] as const;
  const pdf = await printed(size, (document) => {
    document.strokeColor(RED).lineWidth(1.3).rect(room, room, width, height).stroke();
    if (mark.kind === 'level') document.lineWidth(0.7).rect(room + 2.4, room + 2.4, width - 4.8, height - 4.8).stroke(); // prettier-ignore
    document.font('bold').fillColor(RED);
    if (mark.kind === 'received') {
      const line = (text: string, at: number): void =>
        void document.fontSize(9).text(text, room + 5, room + 5 + at * 14, { lineBreak: false });
      ['CÔNG VĂN ĐẾN', 'Số: ............', 'Ngày: ..........', 'Chuyển: ........'].forEach(line);
      return;
    }
    const points = mark.text.length > 12 ? 11 : 14;
    document.fontSize(points);
    const textWidth = document.widthOfString(mark.text);
    document.text(mark.text, room + (width - textWidth) / 2, room + (height - points * 1.15) / 2, { lineBreak: false });
  });
  return drawn(pdf, Math.max(...size), dpi);
}

/** A stamp of secrecy on a piece of paper, for tests that need a small picture that is refused. */
export async function stampedScrap(): Promise<Buffer> {
  const { width, height, pixels } = await stamp({ kind: 'level', text: 'TỐI MẬT' }, 250);
  const room = 80;
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .extend({ top: room, bottom: room, left: room, right: room, background: 'white' })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** The round seal of an office, with its star. */
function seal(dpi: number): Promise<Raster> {
  const size = [110, 110] as const;
  return printed(size, (document) => {
    document.strokeColor(RED).lineWidth(2.2).circle(55, 55, 50).stroke();
    document.lineWidth(0.9).circle(55, 55, 46).stroke().circle(55, 55, 32).stroke();
    document.font('bold').fontSize(8).fillColor(RED);
    for (const [at, letter] of Array.from('ỦY BAN NHÂN DÂN XÃ ★ TỈNH GIA LAI ★ ').entries()) {
      document.save().rotate(at * 10 - 100, { origin: [55, 55] });
      document.text(letter, 52, 13, { lineBreak: false }).restore();
    }
    const star = Array.from({ length: 10 }, (_, at) => {
      const radius = at % 2 === 0 ? 18 : 7.5;
      const angle = (at * Math.PI) / 5 - Math.PI / 2;
      return [55 + radius * Math.cos(angle), 55 + radius * Math.sin(angle)] as [number, number];
    });
    document.polygon(...star).fill(RED);
  }).then((pdf) => drawn(pdf, 110, dpi));
}

async function turned({ width, height, pixels }: Raster, degrees: number): Promise<Raster> {
  if (degrees === 0) return { width, height, pixels };
  const { data, info } = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .rotate(degrees, { background: 'white' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

/** As ink on paper: what is darker stays. `strength` below 1: faded; `missing`: share of it that did not print. */
function press(
  page: Raster,
  ink: Raster,
  left: number,
  top: number,
  strength: number,
  missing: number,
  random: Random,
): void {
  const holes = Array.from({ length: missing > 0 ? 14 : 0 }, () => ({
    x: random.below(ink.width),
    y: random.below(ink.height),
    r: (0.03 + random.next() * missing * 0.3) * ink.width,
  }));
  for (let y = 0; y < ink.height; y += 1) {
    const to = y + top;
    if (to < 0 || to >= page.height) continue;
    for (let x = 0; x < ink.width; x += 1) {
      const at = x + left;
      if (at < 0 || at >= page.width) continue;
      const from = (y * ink.width + x) * 3;
      if (ink.pixels[from + 1] === 255) continue;
      if (holes.some((it) => (it.x - x) ** 2 + (it.y - y) ** 2 < it.r ** 2) && random.percent(80)) continue;
      if (strength < 0.9 && random.percent((1 - strength) * 35)) continue;
      const into = (to * page.width + at) * 3;
      for (let colour = 0; colour < 3; colour += 1) {
        const lit = 255 - (255 - ink.pixels[from + colour]!) * strength;
        page.pixels[into + colour] = (page.pixels[into + colour]! * lit) / 255;
      }
    }
  }
}

interface Wear {
  readonly dpi: number;
  readonly skew: number;
  /** Share by which one side of the sheet is shorter than the other. */
  readonly perspective: number;
  readonly blur: number;
  readonly shadow: number;
  readonly noise: number;
  readonly quality: number;
  readonly colours: 'colour' | 'grey' | 'black and white';
  readonly stampTurn: number;
  readonly stampStrength: number;
  readonly stampMissing: number;
  /** Points by which the stamp is off its place: over the text, when it is large. */
  readonly stampOff: readonly [number, number];
}

const CLEAN = (random: Random): Wear => ({
  dpi: random.pick([300, 300, 300, 250]),
  skew: random.next() * 1.6 - 0.8,
  perspective: 0,
  blur: 0,
  shadow: 0,
  noise: 3,
  quality: 80 + random.below(15),
  colours: 'colour',
  stampTurn: random.next() * 2 - 1,
  stampStrength: 0.92 + random.next() * 0.08,
  stampMissing: 0,
  stampOff: [random.below(8) - 4, random.below(6) - 3],
});

/** One or two things are wrong with each, and its name says which. */
function worn(random: Random): { readonly name: string; readonly wear: Wear } {
  const base = { ...CLEAN(random), dpi: random.pick([150, 200, 200, 250]), quality: 60 + random.below(25) };
  const ways: readonly (readonly [string, Partial<Wear>])[] = [
    ['skew', { skew: (random.percent(50) ? 1 : -1) * (4 + random.next() * 11) }],
    ['perspective', { perspective: 0.04 + random.next() * 0.1, skew: random.next() * 6 - 3 }],
    ['blur', { blur: (base.dpi / 200) * (0.7 + random.next() * 0.7) }],
    ['shadow', { shadow: 0.35 + random.next() * 0.35 }],
    ['strong JPEG', { quality: 15 + random.below(20) }],
    ['few dots', { dpi: 100 + random.below(30) }],
    ['grey', { colours: 'grey' }],
    ['black and white', { colours: 'black and white', dpi: random.pick([200, 300]) }],
    ['faded stamp', { stampStrength: 0.35 + random.next() * 0.3 }],
    ['partial stamp', { stampMissing: 0.35 + random.next() * 0.3 }],
    ['turned stamp', { stampTurn: (random.percent(50) ? 1 : -1) * (6 + random.next() * 24) }],
    ['over the text', { stampOff: [random.below(60), 40 + random.below(70)] }],
    ['noise', { noise: 18 + random.below(14) }],
  ];
  const first = random.pick(ways);
  const second = random.percent(45) ? random.pick(ways) : first;
  const wear = { ...base, ...first[1], ...second[1] };
  return { name: first === second ? first[0] : `${first[0]} + ${second[0]}`, wear };
}

/** Paper, light and lens. */
async function photographed(page: Raster, wear: Wear, random: Random): Promise<Buffer> {
  let raster = wear.perspective > 0 ? leaning(page, wear.perspective, random.percent(50)) : page;
  raster = await turned(raster, wear.skew);
  const { width, height, pixels } = raster;
  if (wear.shadow > 0 || wear.noise > 0) {
    const [a, b] = [random.next() * 2 - 1, random.next() * 2 - 1];
    for (let y = 0, at = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) {
        const dark = 1 - wear.shadow * Math.max(0, Math.min(1, 0.5 + a * (x / width - 0.5) + b * (y / height - 0.5)));
        const grain = (random.next() - 0.5) * 2 * wear.noise;
        for (let colour = 0; colour < 3; colour += 1, at += 1)
          pixels[at] = Math.max(0, Math.min(255, pixels[at]! * dark + grain));
      }
  }
  let picture = sharp(pixels, { raw: { width, height, channels: 3 }, limitInputPixels: false });
  if (wear.blur > 0) picture = picture.blur(Math.max(0.3, wear.blur));
  if (wear.colours !== 'colour') picture = picture.greyscale();
  if (wear.colours === 'black and white') picture = picture.threshold(150 - wear.shadow * 60);
  return picture.jpeg({ quality: wear.quality, chromaSubsampling: '4:2:0' }).toBuffer();
}

/** As seen from below or from the side: the far edge is shorter. */
function leaning({ width, height, pixels }: Raster, share: number, sideways: boolean): Raster {
  const found = Buffer.alloc(pixels.length, 236);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const far = sideways ? x / width : 1 - y / height;
      const scale = 1 - share * far;
      const fromX = Math.round(sideways ? x : width / 2 + (x - width / 2) / scale);
      const fromY = Math.round(sideways ? height / 2 + (y - height / 2) / scale : y);
      if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) continue;
      const from = (fromY * width + fromX) * 3;
      pixels.copy(found, (y * width + x) * 3, from, from + 3);
    }
  return { width, height, pixels: found };
}

async function scanned(
  it: Paper,
  marks: readonly Mark[],
  wear: Wear,
  random: Random,
  sealed: boolean,
): Promise<Buffer> {
  const pdf = await printed(PAGE, (document) => drawPaper(document, { ...it, body: it.body.slice(0, 6) }));
  const page = await drawn(pdf, PAGE[1], wear.dpi);
  const dot = wear.dpi / 72;
  for (const [at, mark] of marks.entries()) {
    const ink = await turned(await stamp(mark, wear.dpi), wear.stampTurn);
    const [x, y] = at === 0 ? [75 + wear.stampOff[0], 118 + wear.stampOff[1]] : [75, 146];
    press(page, ink, Math.round(x * dot), Math.round(y * dot), wear.stampStrength, wear.stampMissing, random);
  }
  if (sealed) press(page, await seal(wear.dpi), Math.round(330 * dot), Math.round(700 * dot), 0.85, 0.1, random);
  return photographed(page, wear, random);
}

const OTHER_MARKS: readonly Mark[] = [
  { kind: 'urgency', text: 'HỎA TỐC' },
  { kind: 'urgency', text: 'KHẨN' },
  { kind: 'urgency', text: 'THƯỢNG KHẨN' },
  { kind: 'released', text: 'GIẢI MẬT' },
  { kind: 'released', text: 'ĐÃ GIẢI MẬT' },
  { kind: 'circulation', text: 'LƯU HÀNH NỘI BỘ' },
  { kind: 'received', text: 'CÔNG VĂN ĐẾN' },
  { kind: 'circulation', text: 'BẢN SAO' },
];

const BANNERS = [
  'CHÀO MỪNG ĐẠI HỘI ĐẢNG BỘ XÃ',
  'MỪNG ĐẢNG - MỪNG XUÂN',
  'THI ĐUA DÂN VẬN KHÉO',
  'NGÀY HỘI ĐẠI ĐOÀN KẾT',
  'NHÀ VĂN HÓA THÔN 3',
  'CẤM ĐỔ RÁC',
  'TRẠM Y TẾ XÃ',
];

/** A place outdoors, now and then with words on red in it. */
async function everyday(random: Random): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const [width, height] = random.pick([[1_280, 960], [960, 1_280], [1_600, 1_200]] as const); // prettier-ignore
  const small = 24 + random.below(60);
  const dots = Buffer.from(Array.from({ length: small * small * 3 }, () => random.below(256)));
  const words = random.percent(40) ? random.pick(BANNERS) : undefined;
  let picture = sharp(dots, { raw: { width: small, height: small, channels: 3 } })
    .resize(width, height, { kernel: 'cubic', fit: 'fill' })
    .blur(3 + random.below(8));
  if (words !== undefined) {
    const pdf = await printed([400, 60], (document) => {
      document.rect(0, 0, 400, 60).fill(random.pick(['#c8102e', '#b00020', '#005b96']));
      document.font('bold').fontSize(18).fillColor('#ffe600').text(words, 0, 20, { width: 400, align: 'center' });
    });
    const { pixels, ...raw } = await drawn(pdf, 400, 110);
    const banner = await sharp(pixels, { raw: { ...raw, channels: 3 } })
      .png()
      .toBuffer();
    picture = picture.composite([{ input: banner, left: 80 + random.below(200), top: 100 + random.below(400) }]);
  }
  return {
    name: words === undefined ? 'ordinary photo' : 'banner',
    bytes: await picture.jpeg({ quality: 82 }).toBuffer(),
  };
}

/** One in five lies on a page of a PDF, as scanners send them. */
async function inForm(jpeg: Buffer, extension: string): Promise<Buffer> {
  if (extension === 'pdf') return printed(PAGE, (document) => void document.image(jpeg, 0, 0, { fit: [...PAGE] }));
  return extension === 'png' ? sharp(jpeg).png({ compressionLevel: 3 }).toBuffer() : jpeg;
}

export function scanRows(seed: number, sizes: Readonly<Record<ScanClass, number>>): ScanRow[] {
  const rows: ScanRow[] = [];
  for (const [place, name] of (Object.keys(sizes) as ScanClass[]).entries())
    for (let at = 0; at < sizes[name]; at += 1) {
      const random = new Random(seed + place * 10_000_019 + at * 101);
      const extension = at % 5 === 4 ? 'pdf' : at % 11 === 7 ? 'png' : 'jpg';
      const row = (family: string, about: string, make: () => Promise<Buffer>): void =>
        void rows.push({
          id: `${name.replace(' ', '-')}-${at}`,
          class: name,
          family,
          about,
          name: `IMG_${2_000 + at}.${extension}`,
          marked: name === 'clean scan' || name === 'photo',
          make: async () => inForm(await make(), extension),
        });
      const it = paper(random);
      const sealed = random.percent(60);
      const level: Mark = { kind: 'level', text: random.pick(LEVELS) };
      const others = random.percent(25) ? [random.pick(OTHER_MARKS.slice(0, 3))] : [];
      if (name === 'clean scan') {
        const wear = CLEAN(random);
        row(level.text, `${level.text} ${JSON.stringify(wear)}`, () =>
          scanned(it, [level, ...others], wear, random, sealed),
        );
      } else if (name === 'stamped scan') {
        const wear = CLEAN(random);
        const mark = random.percent(80) ? random.pick(OTHER_MARKS) : undefined;
        row(mark?.text ?? 'seal only', JSON.stringify(wear), () => scanned(it, mark ? [mark] : [], wear, random, true));
      } else if (name === 'photo') {
        const { name: how, wear } = worn(random);
        row(how, `${level.text} ${JSON.stringify(wear)}`, () => scanned(it, [level, ...others], wear, random, sealed));
      } else if (at % 3 === 2) {
        row('everyday', '', async () => (await everyday(random)).bytes);
      } else {
        const { name: how, wear } = worn(random);
        const mark = random.percent(60) ? random.pick(OTHER_MARKS) : undefined;
        row(how, `${mark?.text ?? ''} ${JSON.stringify(wear)}`, () =>
          scanned(it, mark ? [mark] : [], wear, random, sealed),
        );
      }
    }
  return rows;
}
