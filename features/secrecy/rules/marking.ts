import type { DocumentNumber, Run, Scene } from './context.ts';
import { before } from './context.ts';
import type { Hit, Met, Word } from './match.ts';
import { Gap } from './match.ts';
import { Kind } from './normalize.ts';
import type { RuleKind } from './ruleset.ts';

/** What a text is to the one who sends it. */
export const TEXT_KINDS = ['chat', 'name', 'document', 'ocr', 'caption'] as const;
export type TextKind = (typeof TEXT_KINDS)[number];
export interface Hint {
  readonly kind?: TextKind;
}

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Between a noun and its level: “văn bản có độ …”. */
const LINKS = setOf('do loai dang muc cap co la hang thuoc');
/** Before “mật” they make the name of the thing: “độ mật”. */
const NAMES = setOf('do muc cap dau');
/** What goes with a level: “đóng dấu”, “độ”. */
const HEADS = setOf('do muc cap loai dau dong da hang mang');
/** Between levels that are counted up. */
const AND = setOf('va hoac hay do den toi loai len xuong tu sang');
/** After a level: something is said of such things, they are not at hand. */
const DEFINES = setOf('la phai duoc khong thi can nen co ma bi');
const SENDS = setOf('gui chuyen dinh kem xem doc chup scan tai in photo share up post ban trinh ky');
const DENIES = setOf('khong ko neu khi cach viec hanh quy nghiem noi');
const PLURALS = setOf('cac nhung moi nhieu bat mot tung');
/** After “… tôi mất”: what was lost, or when. */
const LOST = setOf(
  'roi hom luc khi het may cai chiec xe dien tien the vi ma nen do o khong dau long mot hai ca va sach so giay chia bop',
);
const SURNAMES = setOf(
  'nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh truong mai ha cao ta luong luu chau to lam trinh doan dao thai ro ksor siu kpa rah nay puih rmah kpuih rcom rolan alan ong ba anh chi co chu bac em thon lang xa ap buon',
);
const MIDDLES = setOf('thi van huu duc ngoc xuan minh thanh quang cong dinh h y');
/** Before “giải mật”: it has not been lifted. */
const NOT_YET = setOf('chua diem han se kien dong khong cho de');
const DATES = setOf('ngay thang nam');
/** What people lose, in messages without marks: “toi mat: giay to, ho so”. */
const LOSABLE = setOf('giay tai ho file tep tap so ban tl hs');
/** After “cong van mat” they show that it is at hand, not lost. */
const AT_HAND = setOf(
  'none hom sang chieu cua nhe nha a ve so giup voi kem gui dinh ngay thang cho nay chuyen trong qua',
);
/** After a level, somebody asks. */
const ASKS = setOf('khong ko hong hay chua phai');
/** Before “này là …”, “vừa gửi là …”: the thing at hand. */
const THIS = setOf('nay vua moi tren kem');
/** Between “này” and its level: “này thuộc danh mục bí mật nhà nước độ …”, “này rất …”. */
const BETWEEN = setOf(
  'la thuoc do dau dong dang duoc xac dinh xep loai hang muc cap danh bi mat nha nuoc pham vi o mang co rat mat tai lieu van ban gui chup scan chuyen dinh roi dien',
);
/** Organs that stand at the head of a document. */
const ORGANS = setOf(
  'bo tinh huyen xa dang thanh quan su cong ubnd hdnd uy ban cuc so phong van vien toa tong doan chi',
);
/** Before the name of a place. */
const PLACES = setOf('xa phuong thon lang ap buon to khu pho thi tran ban');

const OPENERS = '([{<«【「『*“"\'‘=~_#•‹';
const CLOSERS = ')]}>»】」』*”"\'’=~_#•›';
const QUOTES = '“”"\'‘’«»';
const BOXES = '☐☒☑✓✔□■▣✅';
const TICKED = /[☒☑✓✔■▣✅]|[[(]\s*[xX]\s*[\])]/u;

/** What all levels of one text are judged with. */
export interface Question {
  readonly scene: Scene;
  readonly kind: TextKind;
  /** Terms by the word they end before. */
  readonly endings: ReadonlyMap<number, readonly Met[]>;
  /** Everyday words and nouns by each of their words. */
  readonly covered: ReadonlyMap<number, readonly Met[]>;
  readonly lifts: Lifts;
  /** Lines that speak of levels as the law does. */
  readonly quoting: Uint8Array;
  /** It has the number of a document, or its heading. */
  readonly formal: boolean;
  readonly aloneLevels: ReadonlySet<number>;
  /** How many different levels it has. */
  readonly levels: number;
  /** Hits that are a part of an everyday word. */
  readonly everyday: readonly boolean[];
  /** Hits that are a level, not an everyday word or the name of the thing. */
  readonly real: readonly boolean[];
  readonly partners: Partners;
}

/** Where markings are lifted. */
export interface Lifts {
  /** The first lifting word of a sentence. */
  readonly sentences: ReadonlyMap<number, number>;
  /** Lines that lift something with a date or a decision. */
  readonly dated: ReadonlySet<number>;
}

/** Words that stand before and after “mật” in everyday words. */
export interface Partners {
  readonly before: readonly Word[];
  readonly after: readonly Word[];
}

/** A level and all that is seen around it. */
interface Level {
  readonly question: Question;
  readonly scene: Scene;
  readonly hit: Hit;
  /** Its words. */
  readonly first: number;
  readonly last: number;
  /** The first word of what goes with it. */
  readonly head: number;
  readonly next: Word | undefined;
  readonly line: Run;
  readonly lineAt: number;
  readonly cell: Run;
  /** Signs before it, before what goes with it, and after it. */
  readonly sign: string;
  readonly headSign: string;
  readonly after: string;
  /** In capitals, or in letters nobody writes without a purpose. */
  readonly big: boolean;
  /** More than “mật” alone. */
  readonly long: boolean;
  /** Its marks tell it from other words. */
  readonly toned: boolean;
  /** Name of the thing, not a level: “độ mật”. */
  readonly named: boolean;
  readonly alone: boolean;
  readonly starts: boolean;
  readonly ends: boolean;
  readonly bracketed: boolean;
  readonly quoted: boolean;
  readonly closed: boolean;
  /** Something is said about such things, before or after it. */
  readonly told: { readonly before: boolean; readonly after: boolean };
  readonly defines: boolean;
  /** Counted up with other levels. */
  readonly several: boolean;
  /** A box beside it is ticked. */
  readonly ticked: boolean;
  readonly noun: Met | undefined;
}

const endsHere = (question: Pick<Question, 'endings'>, word: number, kind: RuleKind): Met | undefined =>
  question.endings.get(word)?.find((each) => each.rule.kind === kind);

const broken = (word: Word): boolean => (word.gap & (Gap.Break | Gap.Stop)) !== 0;

/** Between the parts of one word. */
const JOINT = /^(?:\s+|[-_.])?$/u;

/** Single letters with gaps between them, read as one word: B Ả O. */
function spelled(words: readonly Word[], from: number, step: 1 | -1): string {
  let all = '';
  for (let at = from, seen = 0; at >= 0 && at < words.length && seen < 12; at += step, seen += 1) {
    const word = words[at]!;
    if (word.plain.length !== 1 || word.digit || word.hit >= 0) break;
    all = step === 1 ? all + word.plain : word.plain + all;
  }
  return all;
}

/** “mật” of an everyday word. */
export function isEveryday(question: Omit<Question, 'everyday' | 'real'>, index: number): boolean {
  const { scene, partners } = question;
  const { words, letters } = scene;
  const hit = scene.hits[index]!;
  const first = scene.firstOf[index]!;
  const last = first + (hit.level > 1 ? 1 : 0);
  const upper = hit.letters === 'upper' || hit.letters === 'mixed';
  const its = nounBefore(question, first);
  for (const each of question.covered.get(last) ?? []) {
    if (each.rule.kind !== 'everyday') continue;
    if (each.to > last + 1) {
      const partner = words[last + 1]!;
      // “TUYỆT MẬT mã số …”, “hồ sơ tối mật vụ …”, “MẬT Báo cáo …”: the marking, and the next words.
      if (hit.level > 1 && (upper || (its && its.to - its.from > 1))) continue;
      if (upper && partner.title) continue;
      const noun = question.covered
        .get(last + 1)
        ?.some((it) => it.rule.kind === 'noun' && it.from === last + 1 && it.to > last + 2);
      if (noun && (upper || partner.title || hit.level === 3)) continue;
      const sign = letters.clean.slice(words[last]!.end, partner.start);
      if (!JOINT.test(sign) || (upper && sign === '-')) continue;
      return true;
    }
    // Of a longer level the word before it is no part of an everyday word, nor is the end of a noun: “văn bản mật”.
    const within =
      hit.tone === 0 &&
      question.endings
        .get(first - 1)
        ?.some((it) => it.rule.kind === 'noun' && it.from === its?.from && it.to - it.from > 1);
    if (each.from >= first || hit.level > 1 || (its && !within && its.to === first && its.from < each.from)) continue;
    if (!JOINT.test(letters.clean.slice(words[first - 1]!.end, words[first]!.start))) continue;
    // “CÔNG AN MẬT” is not “ăn mật”.
    const beside = words[first - 1]!;
    if (
      upper &&
      hit.tone === 2 &&
      beside.marks === 0 &&
      !partners.before.some((it) => it.plain === beside.plain && it.marks === 0)
    )
      continue;
    return true;
  }
  if (!hit.spread && !hit.disguised && !hit.glued && !hit.broken) return false;
  const next = words[last + 1];
  const joined =
    spelled(words, first - 1, -1) ||
    (hit.glued && words[first]!.gap === Gap.Glue && first > 0 ? words[first - 1]!.plain : '');
  const following = spelled(words, last + 1, 1) || (next && next.gap === Gap.Glue ? next.plain : '');
  if (hit.level === 1 && joined !== '' && partners.before.some((each) => joined.endsWith(each.plain))) return true;
  if (following !== '' && partners.after.some((each) => following.startsWith(each.plain))) return true;
  // “F O R M A T”: without marks, a word of more letters is another word.
  if (hit.tone === 0 && hit.spread && (joined.length > 0 || following.length > 0))
    return !(hit.level > 1 || /(?:lieu|van|so|hoach|cao|do)$/u.test(joined));
  return false;
}

/** “ĐỘ MẬT”, “mức mật”: the name of the thing. */
export function isName(scene: Scene, index: number): boolean {
  const hit = scene.hits[index]!;
  const first = scene.firstOf[index]!;
  if (hit.level > 1 || hit.disguised || first === 0 || scene.words[first]!.gap & (Gap.Break | Gap.Wide)) return false;
  return NAMES.has(scene.words[first - 1]!.plain) && !/[:=–-]/u.test(before(scene, first));
}

export function liftsOf({ met, words, lineOf, lines, sentenceOf }: Scene): Lifts {
  const sentences = new Map<number, number>();
  const dated = new Set<number>();
  for (const { rule, from, to } of met) {
    if (rule.kind !== 'lift') continue;
    const word = words[from - 1];
    if (word && !(words[from]!.gap & Gap.Break) && NOT_YET.has(word.plain)) continue;
    const line = lineOf[from]!;
    // The stamp itself lifts only with its date; “giải mật” said in passing lifts nothing.
    if (to - from === 2 && (lines[line]!.from !== from || lines[line]!.to !== to)) continue;
    const sentence = sentenceOf[from]!;
    if (to - from > 2 && !sentences.has(sentence)) sentences.set(sentence, from);
    if (dated.has(line)) continue;
    const end = Math.min(lines[Math.min(line + 2, lines.length - 1)]!.to, to + 40);
    for (let at = to; at < end; at += 1) if (words[at]!.digit) dated.add(line);
  }
  return { sentences, dated };
}

/** A marking that has been lifted: in the same sentence, or above and below it with a decision or a date. */
function isLifted({ question, scene, first, alone, lineAt }: Level): boolean {
  const { sentences, dated } = question.lifts;
  const lift = sentences.get(scene.sentenceOf[first]!);
  if (lift !== undefined && (lift < first ? first - lift < 16 : lift - first < 8)) return true;
  for (let by = alone ? 3 : 1; by > 0; by -= 1) if (dated.has(lineAt - by) || dated.has(lineAt + by)) return true;
  return dated.has(lineAt);
}

function toldOf(question: Question, first: number, last: number): { before: boolean; after: boolean } {
  const { sentences, sentenceOf } = question.scene;
  const sentence = sentences[sentenceOf[first]!]!;
  const { talk } = sentence;
  const lead = sentence.lead >= 0 && sentences[sentence.lead]!.talk.length > 0;
  let low = 0;
  let high = talk.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (talk[middle]! > last) high = middle;
    else low = middle + 1;
  }
  return {
    before: lead || (talk.length > 0 && talk[0]! < first),
    after: low < talk.length && talk[low]! <= last + 5,
  };
}

/** Nothing shows that the sentence only talks about such things. */
export function isPlainlySaid(question: Question, from: number, to: number): boolean {
  const told = toldOf(question, from, to - 1);
  return !told.before && !told.after;
}

/** Another level right beside this one: “Tuyệt mật, Tối mật và Mật”. */
function isBeside(question: Question, index: number, other: number): boolean {
  const { scene } = question;
  const its = scene.hits[other];
  const hit = scene.hits[index]!;
  if (!its || its.level === hit.level || !question.real[other]) return false;
  const first = scene.firstOf[index]!;
  const itsFirst = scene.firstOf[other]!;
  const [from, to] =
    other < index ? [itsFirst + (its.level > 1 ? 2 : 1), first] : [first + (hit.level > 1 ? 2 : 1), itsFirst];
  if (scene.lineOf[itsFirst] !== scene.lineOf[first] && scene.sentenceOf[itsFirst] !== scene.sentenceOf[first])
    return false;
  if (to - from > 6) return false;
  for (let at = from; at < to; at += 1) {
    const word = scene.words[at]!;
    if (!AND.has(word.plain) && !word.digit && word.plain.length > 1 && word.plain !== 'mat') return false;
  }
  return true;
}

function levelOf(question: Question, index: number): Level {
  const { scene } = question;
  const { words, hits, letters } = scene;
  const hit = hits[index]!;
  const first = scene.firstOf[index]!;
  const last = first + (hit.level > 1 ? 1 : 0);
  const lineAt = scene.lineOf[first]!;
  const line = scene.lines[lineAt]!;
  const cell = scene.cells[scene.cellOf[first]!]!;
  const lastCell = scene.cells[scene.cellOf[last]!]!;
  const next = last + 1 < lastCell.to ? words[last + 1] : undefined;
  let head = first;
  while (
    head > cell.from &&
    HEADS.has(words[head - 1]!.plain) &&
    !(words[head]!.gap & (Gap.Point | Gap.Break | Gap.Stop))
  )
    head -= 1;
  const sign = before(scene, first);
  const headSign = head === first ? sign : before(scene, head);
  const after = letters.clean.slice(hit.end, Math.min(words[last + 1]?.start ?? hit.end + 40, hit.end + 40));
  const opener = headSign.trimEnd().at(-1) ?? ' ';
  const opened = OPENERS.includes(opener);
  const closed = CLOSERS.includes(after.trimStart()[0] ?? ' ');
  const told = toldOf(question, first, last);
  const big = hit.letters === 'upper' || hit.letters === 'mixed';
  const beside = isBeside(question, index, index - 1) || isBeside(question, index, index + 1);
  const levels = new Set([index - 2, index - 1, index, index + 1, index + 2].map((at) => hits[at]?.level ?? hit.level));
  let ticked = false;
  if (beside && TICKED.test(letters.clean.slice(Math.max(hit.start - 8, 0), hit.end + 8))) {
    const rest = letters.clean
      .slice(words[line.to - 1]!.end, words[line.to - 1]!.end + 4)
      .split('\n')[0]!
      .trim();
    const trailing = rest !== '' && (BOXES.includes(rest.at(-1)!) || rest.endsWith(']'));
    ticked = trailing
      ? TICKED.test(letters.clean.slice(hit.end, hit.end + 6))
      : TICKED.test(letters.clean.slice(Math.max(hit.start - 6, 0), hit.start));
  }
  return {
    question,
    scene,
    hit,
    first,
    last,
    head,
    next,
    line,
    lineAt,
    cell,
    sign,
    headSign,
    after,
    big,
    long: hit.level > 1,
    toned: hit.tone > 0 || (hit.level === 3 && hit.firstTone > 0),
    named: isName(scene, index),
    alone: isAlone(scene, cell, lastCell, hit),
    starts: head === cell.from,
    ends: last + 1 === lastCell.to,
    bracketed: opened && closed && !QUOTES.includes(opener),
    quoted: opened && closed && QUOTES.includes(opener),
    closed,
    told,
    defines: next !== undefined && DEFINES.has(next.plain) && !(next.gap & Gap.Point),
    several:
      beside &&
      (levels.size > 2 || !big || told.before || told.after || endsHere(question, first, 'quote') !== undefined),
    ticked,
    noun: nounBefore(question, first),
  };
}

/** Nothing else stands in its cell: “MẬT”, “MẬT MẬT MẬT”, “MẬT 01”. */
function isAlone({ words, hits }: Scene, cell: Run, lastCell: Run, hit: Hit): boolean {
  if (lastCell.to - cell.from > 8) return false;
  for (let at = cell.from; at < lastCell.to; at += 1) {
    const word = words[at]!;
    if (word.hit >= 0 && hits[word.hit]!.level === hit.level) continue;
    const figure = word.digit && word.plain.length < 5 && word.start > hit.end && hit.letters === 'upper';
    if (!figure) return false;
  }
  return true;
}

// Where things stand.

function nounBefore(question: Pick<Question, 'scene' | 'endings'>, first: number): Met | undefined {
  const { words } = question.scene;
  for (let at = first; at > first - 4 && at > 0; at -= 1) {
    if (broken(words[at]!)) return undefined;
    const noun = endsHere(question, at, 'noun');
    if (noun) return noun;
    if (!LINKS.has(words[at - 1]!.plain)) return undefined;
  }
  return undefined;
}

/** A noun of papers within some words. */
function hasNoun(question: Question, from: number, to: number): boolean {
  for (let at = Math.max(from + 1, to - 24); at <= to; at += 1) {
    const noun = endsHere(question, at, 'noun');
    if (noun && noun.from >= from && noun.to - noun.from > 1) return true;
  }
  return false;
}

/** Of one word, or with a title’s number before it: “BC …”. */
const beginsWithNoun = (question: Question, from: number): boolean => {
  for (let at = from; at < from + 3; at += 1) if (nounStarts(question, at)) return true;
  return false;
};

const nounStarts = (question: Question, at: number): boolean =>
  (question.covered.get(at) ?? []).some((each) => each.rule.kind === 'noun' && each.from === at);

/** The number of a document or a part of its heading in the line. */
function isFormal({ question, scene, line }: Level): boolean {
  const to = Math.min(line.to, line.from + 60);
  for (let at = line.from; at < to; at += 1) {
    if (scene.numberOf[at]! >= 0 || endsHere(question, at + 1, 'formula')) return true;
  }
  return false;
}

function numberAfter({ scene, last, starts }: Level): DocumentNumber | undefined {
  const { words, numberOf, numbers } = scene;
  for (let at = last + 1; at <= last + 2 && at < words.length; at += 1) {
    // “MẬT. Số: 12/BC-UBND”
    if (words[at]!.gap & (starts && at === last + 1 ? Gap.Break : Gap.Break | Gap.Stop)) return undefined;
    if (numberOf[at]! >= 0) return numbers[numberOf[at]!];
  }
  return undefined;
}

/** The number right before it; a date may stand between. */
function numberBefore({ scene, first }: Level): DocumentNumber | undefined {
  const { words, numberOf, numbers } = scene;
  for (let at = first - 1; at >= 0 && at >= first - 9; at -= 1) {
    if (words[at + 1]!.gap & Gap.Break) return undefined;
    const number = numberOf[at]! >= 0 ? numbers[numberOf[at]!]! : undefined;
    if (number?.whole) return number;
    if (!words[at]!.digit && !DATES.has(words[at]!.plain) && !HEADS.has(words[at]!.plain)) return undefined;
  }
  return undefined;
}

function hasSurname({ scene, cell, head }: Level): boolean {
  for (let at = Math.max(cell.from, head - 6); at < head; at += 1) {
    if (SURNAMES.has(scene.words[at]!.plain) && scene.words[at]!.title && at + 1 < head && scene.words[at + 1]!.title)
      return true;
  }
  return false;
}

/** “TRẦN MẬT”, “NGUYỄN THỊ MẬT”, “THÔN MẬT”. */
function isSomebody({ scene, cell, first, hit, big }: Level): boolean {
  if (hit.level > 1 || !big || hit.tone < 2 || first === cell.from) return false;
  const { words, letters } = scene;
  const previous = words[first - 1]!;
  if (!previous.upper || /[^\s.]/u.test(letters.clean.slice(previous.end, words[first]!.start))) return false;
  // “XÃ TÂN MẬT”
  if (first - 2 >= cell.from && PLACES.has(words[first - 2]!.plain)) return true;
  for (let at = first - 1; at >= cell.from && at >= first - 4; at -= 1) {
    if (SURNAMES.has(words[at]!.plain)) return first - at === 1 || MIDDLES.has(previous.plain) || at === cell.from;
  }
  return previous.plain === 'thi';
}

const termOf = ({ scene }: Level, met: Met): string =>
  scene.letters.small.slice(scene.words[met.from]!.start, scene.words[met.to - 1]!.end);

/** The next line goes on with an everyday word: “mật ⏎ ong”. */
function goesOn({ question, scene, last, hit }: Level): boolean {
  const next = scene.words[last + 1];
  if (hit.letters === 'upper' || hit.letters === 'mixed' || next === undefined) return false;
  const { clean, small } = scene.letters;
  if (clean.slice(next.start, next.end) !== small.slice(next.start, next.end) || nounStarts(question, last + 1))
    return false;
  return question.partners.after.some(
    (each) => each.plain === next.plain && (next.marks === 0 || next.marks === each.marks),
  );
}

/** The last word of a sentence that was too long for its line. */
function isWrapped({ question, scene, first, hit, lineAt, sign }: Level): boolean {
  if (hit.letters !== 'lower' || first === 0 || question.kind === 'chat') return false;
  const line = scene.lines[lineAt - 1];
  if (!line || /[.!?:;|\t]|\n\s*\n/u.test(sign) || /[•*+–-]/u.test(sign)) return false;
  return line.others >= 4 && !line.caps;
}

// What makes a level a marking, rule by rule.

function asDisguise(it: Level): boolean {
  const { hit, long, big, ends, closed } = it;
  if (hit.disguised || (hit.letters === 'mixed' && (hit.tone === 2 || long))) {
    if (hit.tone === 2) return true;
    if (hit.tone === 1) return long || big || hit.spread;
    return !hit.glued && (long ? big || hit.spread || ends : hit.spread && big);
  }
  return hit.broken && hit.tone === 2 && hit.firstTone === 2 && (ends || closed) && !it.several && !it.told.before;
}

function asLine(it: Level): boolean {
  const { question, scene, hit, lineAt, big, toned } = it;
  if (!it.alone || it.several || goesOn(it) || isWrapped(it) || (it.told.before && !big)) return false;
  const lawful =
    question.aloneLevels.size > 1 && question.quoting.subarray(Math.max(0, lineAt - 6), lineAt + 1).includes(1);
  if (lawful) return false;
  const lead = it.sign.slice(it.sign.lastIndexOf('\n') + 1);
  const listed = /^\s*(?:[•*+–-]|\d{1,2}[.)])\s*$/u.test(lead);
  const whole = scene.lines.length === 1 && scene.cells.length === 1;
  const top = lineAt < 3 && !listed;
  if (it.long) return toned || big || whole || top || question.formal || !listed;
  if (big) return toned || whole || top || question.formal || !listed;
  if (!toned) return (question.formal && !listed) || (hit.disguised && (whole || !listed));
  if (whole) return hit.disguised || (question.kind !== 'name' && hit.letters === 'title');
  if (question.formal || (top && (lineAt === 0 || scene.lines[0]!.others === 0))) return true;
  return !listed && lineAt > 0 && hasNoun(question, scene.lines[lineAt - 1]!.from, it.first);
}

/** The nearest label before it: sure with a colon, or where the label begins its line. */
function asLabel(it: Level): boolean {
  const { question, scene, first, sign, several, toned, long, ends, big, told } = it;
  if (it.ticked) return true;
  if (several || !(toned || ends || long || big || it.hit.disguised)) return false;
  const { words } = scene;
  const colon =
    /[:=→>]\s*[\s"“'‘([{*_>☒☑✓✔■]*$/u.test(sign) ||
    /^[^\S\n]*[–-]+[^\S\n]*$/u.test(sign) ||
    /[\t|]/u.test(sign) ||
    /[.…_]{2,}\s*$/u.test(sign);
  for (let at = first; at > 0 && at > first - 8; at -= 1) {
    const met = endsHere(question, at, 'label');
    if (met) {
      const far = first - at;
      const telling = words
        .slice(met.from, met.to)
        .some((word) => word.plain === 'mat' || /^(?:classif|secre)/u.test(word.plain));
      if (colon && (far === 0 || telling)) return true;
      if (far === 1 && words[first - 1]!.plain === 'la' && !told.before) return true;
      if (
        far === 0 &&
        telling &&
        /^[^\S\n]*$/u.test(sign) &&
        met.to - met.from > 1 &&
        !it.defines &&
        (ends || big || !told.after)
      )
        return met.from === it.cell.from || !told.before;
    }
    if (broken(words[at]!)) return false;
  }
  return false;
}

function asNumber(it: Level): boolean {
  const { scene, hit, big, toned, long, noun, several, named } = it;
  const within = scene.numberOf[it.first]! >= 0 ? scene.numbers[scene.numberOf[it.first]!] : undefined;
  if (within?.whole) return true;
  if (several) return false;
  const follows = named ? undefined : numberAfter(it);
  if (follows) {
    const sure = follows.whole
      ? toned || noun !== undefined || big || long || (it.starts && /^\s*[-–—:.,/]/u.test(it.after))
      : noun !== undefined;
    // “mat so 12/BC-CAT”, not “mat so 12/BHXH”; “Mật 12-BC-UBND.pdf”
    if (follows.groups > 1 && it.starts && (toned ? it.question.kind === 'name' : true)) return true;
    if (sure && (hit.letters !== 'title' || long || noun !== undefined)) return true;
  }
  if (it.defines || !numberBefore(it)) return false;
  if (named) return big || (hit.letters === 'title' && it.closed);
  const apart = /[-–—,([]\s*$/u.test(it.headSign) && hit.letters !== 'lower';
  if (!toned && !big && it.ends && (long || /[,–—-]\s*$/u.test(it.headSign) || it.head < it.first)) return true;
  return (toned || big || it.bracketed) && (it.ends || it.bracketed || big || apart);
}

/** In brackets, before or after a dash: “[MẬT] …”, “… - độ TỐI MẬT”. */
function asApart(it: Level): boolean {
  const { question, scene, cell, hit, head, first, last, big, long, toned, several, quoted, told, starts, ends } = it;
  if (several) return false;
  if (quoted) {
    // KẾ HOẠCH “TUYỆT MẬT”, Phương án bảo vệ đại hội "Tuyệt mật"
    if (!(big || hit.letters === 'title') || /^(?:dau|chu|do|phim)$/u.test(scene.words[first - 1]?.plain ?? ''))
      return false;
    if (big && (it.noun?.from === cell.from || (ends && nounStarts(question, cell.from)))) return true;
    return (
      ends &&
      !told.before &&
      (big || long) &&
      (toned || long) &&
      (hasNoun(question, cell.from, first) || isLabelled(it))
    );
  }
  if (plainlyThere(it)) return true;
  if (head < first && !it.defines && /[-–—([,]\s*$/u.test(it.headSign)) {
    const about = told.before && !isFormal(it) && !hasNoun(question, it.line.from, first);
    if ((big || (hit.letters === 'title' && (it.closed || long)) || (long && toned && it.closed)) && !about)
      return true;
  }
  if (it.named) return false;
  if (it.bracketed && !(hit.tone === 0 && !long && !big && !hasNoun(question, cell.from, first))) {
    // “bao cao (mat) tinh hinh”
    if (hit.tone === 0 && !long && !big && !told.before && !LOSABLE.has(scene.words[cell.from]!.plain)) return true;
    if (big || (toned && it.headSign.trimEnd().endsWith('['))) return true;
    if (toned && (long || hit.letters === 'title') && hasNoun(question, cell.from, head - 1)) return true;
    if (
      (long || toned) &&
      (starts || ends || !(told.before || told.after)) &&
      !(hit.letters === 'lower' && !long && told.before)
    )
      return true;
  }
  const dash = hit.tone === 0 && !long ? /^\s*[:|–—/.,!_]|^\s+-|^-\s/u : /^\s*[:|–—/.,!_-]/u;
  const edge = starts && dash.test(it.after);
  const tail = ends && (question.kind === 'name' ? /[:|–—/_,.-]\s*$/u : /[:|–—/_,-]\s*$/u).test(it.headSign);
  // “TÀI LIỆU MẬT - KHÔNG ĐƯỢC SAO CHỤP”
  const noun = it.noun?.from === cell.from && (big || (toned && hit.letters === 'title'));
  if (noun && /^\s*[,.–—!)\]-]/u.test(it.after) && !it.named) return true;
  if (edge || tail) {
    if (question.kind === 'name' && long && !told.before) return true;
    // “BC tình hình an ninh_mật”, “mật_đề án”
    if (question.kind === 'name' && toned && hit.letters !== 'title' && !told.before && !isSomebody(it)) {
      if (tail ? beginsWithNoun(question, cell.from) : nounStarts(question, last + 1)) return true;
    }
    if (big && !it.defines && !isSomebody(it)) {
      if (toned || long || !it.line.caps || isFormal(it) || nounStarts(question, last + 1)) return true;
    }
    const about = told.before || told.after;
    if (isFormal(it) && !it.defines && !hasSurname(it)) {
      if (hit.disguised || (edge && toned && (long || hit.letters === 'title'))) return true;
      if (tail && toned && !told.before && /[–—/-]\s*$/u.test(it.headSign)) return true;
    }
    if (!big && toned && it.noun !== undefined && !about) return true;
    if (tail && !big && toned && !told.before && hasNoun(question, cell.from, head)) {
      if (long) return true;
      if (hit.letters === 'title' && /[–—_-]\s*$/u.test(it.headSign) && !hasSurname(it)) return true;
    }
    if (edge && !big && toned && hit.letters === 'title' && !told.after && hasNoun(question, last, cell.to)) {
      if (long || question.kind === 'name' || nounStarts(question, last + 1)) return true;
    }
  }
  return inCapitals(it);
}

/** After a colon: Trang bìa: "TỐI MẬT". */
const isLabelled = ({ sign }: Level): boolean => /:\s*["“'‘]?\s*$/u.test(sign);

/** “Tuyệt mật nhé”, “Tối mật (bản số 2)”, “họp kín - tuyệt mật”, “tuyet mat: ke hoach …”: nobody begins or ends so by chance. */
function plainlyThere(it: Level): boolean {
  const { question, scene, hit, first, last, next, told, long, starts, after } = it;
  if (!long || it.defines || told.before) return false;
  // “1. Tuyệt mật; 2. Tối mật”: the law counts them up.
  if (question.levels > 1 && (isListed(it) || /(?:^|\n)\s*[•*+–-]\s*$/u.test(it.sign))) return false;
  if (question.aloneLevels.size > 1) return false;
  // “tối Mật trực”: an evening, and somebody.
  if (hit.letters === 'mixed' || (hit.letters === 'lower' ? false : !isBigFirst(it))) return false;
  const opens = starts || (first > 0 && (scene.words[first]!.gap & Gap.Stop) !== 0);
  const noun = nounStarts(question, last + 1);
  const bound = next === undefined || broken(next);
  if (hit.tone === 2 && hit.firstTone === 2) {
    if (opens && (bound || /^\s*[!.,:;(–—-]/u.test(after))) return !told.after || /^\s*[!.,:;(–—-]/u.test(after);
    if (opens && hit.level === 3 && AFTERTHOUGHTS.has(next!.plain)) return true;
    if (opens && AFTERTHOUGHTS.has(next!.plain) && scene.sentences[scene.sentenceOf[first]!]!.to - last < 4)
      return true;
    return bound && hit.level === 3 && /[–—-]\s*$/u.test(it.headSign);
  }
  if (!opens || !noun || told.after) return false;
  if (hit.level === 2 && (LOSABLE.has(next!.plain) || !/^\s*[:–—-]/u.test(after))) return false;
  return question.kind === 'name' || /^\s*[:–—.,-]/u.test(after);
}

/** “1.”, “a)” stands before it. */
const isListed = ({ scene, line, first }: Level): boolean =>
  first === line.from + 1 && scene.words[line.from]!.plain.length <= 2;

const AFTERTHOUGHTS = setOf('nhe nha day do nghe anh cac a ae em chi ne luon lam het roi');

const isBigFirst = ({ scene, hit }: Level): boolean => scene.letters.upper[hit.start] === 1;

/** In capitals where the others are not; in a line of capitals, at its ends. */
function inCapitals(it: Level): boolean {
  const { question, hit, line, last, big, long, toned, starts, ends, told, noun } = it;
  if (!big || it.named || line.others === 0 || isSomebody(it)) return false;
  if (!line.caps) {
    if (!toned && !long && noun === undefined && !starts) return false;
    return (starts && !it.defines) || !(told.before || told.after || it.defines);
  }
  if (ends && underOrgan(it)) return true;
  if (!toned && hit.level < 3) return false;
  if (starts && !it.defines && (long || nounStarts(question, last + 1) || isFormal(it))) return true;
  return ends && !told.before && (long || noun !== undefined || isFormal(it));
}

/** “BỘ CÔNG AN MẬT”, “CÔNG AN TỈNH GIA LAI MẬT”: the head of a letter with its stamp beside it. */
function underOrgan({ scene, cell, first, toned, lineAt, told }: Level): boolean {
  const { words, lines, numberOf } = scene;
  if (told.before || first - cell.from < 2 || first - cell.from > 12) return false;
  const begin = words[cell.from]!.plain;
  if (
    !ORGANS.has(begin) ||
    !/^(?:bo (?:cong|quoc|noi|ngoai|chi|tu|tong)|tinh uy|huyen uy|xa uy|thanh uy|dang uy|quan (?:khu|uy|doan|chung)|su doan|cong an|ubnd|hdnd|uy ban|hoi dong|cuc|so|van phong|vien kiem|toa an|tong cuc|ban (?:chi|tinh|co|noi|bi|thuong|to|tuyen)|bch)/u.test(
      words
        .slice(cell.from, cell.from + 3)
        .map((word) => word.plain)
        .join(' '),
    )
  )
    return false;
  // “ỦY BAN NHÂN DÂN XÃ TÂN MẬT”
  if (PLACES.has(words[first - 1]!.plain) || (first - 2 >= cell.from && PLACES.has(words[first - 2]!.plain)))
    return false;
  const below = lines[lineAt + 1];
  return toned || (below !== undefined && numberOf[below.from]! >= 0);
}

/** “đóng dấu MẬT”, “đây là tài liệu mật”, “tài liệu mật này”. */
function asStatement(it: Level): boolean {
  const { question, scene, first, last, next, noun, big, long, toned, told } = it;
  const { words } = scene;
  // “dong dau mat”
  const stamped = first > 1 && it.ends && words[first - 1]!.plain === 'dau' && words[first - 2]!.plain === 'dong';
  if (it.several || !(toned || long || big || (stamped && !told.before))) return false;
  if (stamped && !told.before && !told.after) return true;
  if (ofThisThing(it)) return true;
  // “dấu MẬT góc trái”
  if (
    big &&
    toned &&
    first > 0 &&
    words[first - 1]!.plain === 'dau' &&
    !/^(?:mau|con|khac|chi|cac|loai)$/u.test(words[first - 2]?.plain ?? '') &&
    !broken(words[first]!) &&
    /^\s*$/u.test(it.sign) &&
    !told.before &&
    !it.defines
  )
    return true;
  for (let at = first; at > first - 6 && at > 0; at -= 1) {
    if (at < first && broken(words[at]!)) break;
    const met = endsHere(question, at, 'statement');
    if (met && !(at === first && broken(words[at]!))) {
      const said = termOf(it, met);
      if (!/(?:^| )(?:này|đây)(?: |$)/u.test(said)) {
        if (!(told.before || told.after || it.defines)) return true;
      } else if (!/^(?:đây|này) là$/u.test(said) || noun !== undefined || long || big) return true;
      break;
    }
    const its = endsHere(question, at, 'noun');
    if (its && at === noun?.to) {
      at = its.from + 1;
      continue;
    }
    const word = words[at - 1]!.plain;
    if (!LINKS.has(word) && word !== 'mat' && word !== 'chi') break;
  }
  if (!noun || !(toned || long) || !next || broken(next)) return false;
  return next.plain === 'nay' || next.plain === 'kem' || (next.plain === 'dinh' && words[last + 2]?.plain === 'kem');
}

/** “Kế hoạch này tuyệt mật”, “văn bản vừa gửi là mật”, “tài liệu này thuộc danh mục bí mật nhà nước độ Mật”. */
function ofThisThing({ question, scene, first, last, hit, next }: Level): boolean {
  const { words } = scene;
  if (
    hit.tone < 2 ||
    before(scene, first).includes(':') ||
    (next !== undefined && !broken(next) && ASKS.has(next.plain))
  )
    return false;
  if (next !== undefined && nounStarts(question, last + 1) && hit.level === 1) return false;
  let named = false;
  for (let at = first - 1; at >= 0 && at >= first - 14; at -= 1) {
    const word = words[at]!;
    if (broken(words[at + 1]!)) return false;
    if (THIS.has(word.plain)) {
      // “vừa gửi là”, “này là”, “này”: of what it speaks goes before it, one or two persons between.
      for (let back = at; back > at - 4 && back > 0; back -= 1) {
        const noun = endsHere(question, back, 'noun');
        if (noun && !(noun.from > 0 && PLURALS.has(words[noun.from - 1]!.plain)))
          return named || at === first - 1 || word.plain === 'nay';
        if (broken(words[back]!)) return false;
      }
      return false;
    }
    if (!BETWEEN.has(word.plain)) return false;
    if (word.plain === 'la') named = true;
  }
  return false;
}

/** “tài liệu mật” that is sent, not talked about. */
function asNoun(it: Level): boolean {
  const { question, scene, hit, noun, big, long, toned, told, next, ends, first } = it;
  if (!noun || it.several) return false;
  const { words } = scene;
  if (hit.letters === 'title' && !long && ['bản', 'thư', 'điện'].includes(termOf(it, noun))) return false;
  const opener = before(scene, noun.from).at(-1) ?? '';
  if (!big && QUOTES.includes(opener) && opener !== '' && it.closed) return false;
  const telling = toned || long || big || question.kind === 'name' || question.kind === 'caption';
  if (noun.from === it.cell.from && ends && telling && (big || !told.before)) return true;
  const about = told.before || told.after || it.defines;
  if (about) return false;
  if (question.kind === 'name') return ends || big || long || toned || (next?.digit ?? false);
  if (question.kind === 'document' && !big) return false;
  if (noun.from > 0 && PLURALS.has(words[noun.from - 1]!.plain)) return false;
  if (!toned && !big && isAtHand(it)) return true;
  if (!toned && !big) return long && (hit.level === 3 || ends) && (ends || !LOST.has(next?.plain ?? ''));
  const sentence = scene.sentences[scene.sentenceOf[first]!]!;
  let sends = false;
  for (let at = Math.max(sentence.from, noun.from - 12); at < noun.from; at += 1) {
    if (DENIES.has(words[at]!.plain)) return false;
    if (SENDS.has(words[at]!.plain)) sends = true;
  }
  for (let at = it.last + 1; at < Math.min(sentence.to, it.last + 6); at += 1) {
    if (!big && DEFINES.has(words[at]!.plain)) return false;
  }
  return long || sends || big || question.kind === 'caption' || sentence.to - sentence.from <= 8;
}

/** “gui anh cong van mat”, “ho so mat chuyen an”: without its marks, and still no loss. */
function isAtHand({ question, scene, noun, first, last, next, ends }: Level): boolean {
  const { words } = scene;
  if (!noun || question.kind === 'document') return false;
  const sentence = scene.sentences[scene.sentenceOf[first]!]!;
  if (next?.plain === 'chuyen' && words[last + 2]?.plain === 'an') return true;
  if (next && !broken(next) && !AT_HAND.has(next.plain)) {
    return false;
  }
  if (next && (next.plain === 'kem' || next.plain === 'gui' || next.plain === 'dinh')) return true;
  for (let at = Math.max(sentence.from, noun.from - 6); at < noun.from; at += 1) {
    if (SENDS.has(words[at]!.plain) && words[at]!.plain !== 'in' && words[at]!.plain !== 'tai') return true;
  }
  // “cong van mat cua tinh”
  return (
    !ends &&
    noun.from === sentence.from &&
    /^(?:cong van|cv|cong dien|van ban)$/u.test(plainOf(scene, noun)) &&
    /^(?:cua|ve|so)$/u.test(next?.plain ?? '')
  );
}

const plainOf = ({ words }: Scene, { from, to }: Met): string =>
  words
    .slice(from, to)
    .map((word) => word.plain)
    .join(' ');

const TESTS: readonly (readonly [RuleKind, (it: Level) => boolean])[] = [
  ['label', (it) => it.ticked],
  ['disguise', asDisguise],
  ['number', asNumber],
  ['line', asLine],
  ['label', asLabel],
  ['apart', asApart],
  ['statement', asStatement],
  ['noun', asNoun],
];

const USUAL_SIGNS = new Set('.,;:-–/()"\'“”!?…•·');

/** Keys, checksums, packed bytes: where all kinds of signs stand in disorder, three that look like a level are chance. */
function isNoise({ clean, kinds }: Scene['letters'], { start, end }: Hit): boolean {
  const signs = new Set<string>();
  for (const [from, to] of [
    [start - 60, start],
    [end, end + 60],
  ] as const)
    for (let at = Math.max(0, from); at < Math.min(clean.length, to); at += 1)
      if (kinds[at] === Kind.Point && !USUAL_SIGNS.has(clean[at]!)) signs.add(clean[at]!);
  return signs.size > 6;
}

/** The kinds of rules that make one level a marking, the first that does first. */
export function* markingsOf(question: Question, index: number): Generator<RuleKind> {
  if (question.everyday[index]) return;
  const own = question.scene.hits[index]!;
  if ((own.tone < 2 || own.disguised) && isNoise(question.scene.letters, own)) return;
  const it = levelOf(question, index);
  // “@Mật”: somebody is called.
  if (it.hit.letters === 'title' && !it.long && it.sign.endsWith('@')) return;
  // “MAT-XA”
  if (it.hit.tone === 0 && !it.long && it.next && question.kind !== 'name' && it.after === '-') return;
  yield 'word';
  if (isLifted(it)) return;
  for (const [kind, holds] of TESTS) if (holds(it)) yield kind;
}

const VALUE = /^\s*[:=→>–-]\s*[\s"“'‘([{]*$/u;
const SHORT = setOf('m tm tum tuym secret');
/** On envelopes: A, B and C for the three levels. */
const ENVELOPE = setOf('a b c');

/** “Độ mật: TM”, “Classification: SECRET”, “(M) Kế hoạch …”: a level by its letter. */
export function isAbbreviated(question: Question): boolean {
  const { scene, endings } = question;
  const { words, letters } = scene;
  for (const [at, mets] of endings) {
    const met = mets.find((each) => each.rule.kind === 'label');
    const word = words[at];
    if (!met || !word || !word.upper || word.digit) continue;
    const own = words.slice(met.from, met.to).map((each) => each.plain);
    const telling = own.at(-1) === 'mat' && /^(?:do|muc|cap|dau|loai)$/u.test(own.at(-2) ?? '');
    if (!telling && !own.some((each) => /^(?:classif|secre)/u.test(each))) continue;
    if (!(SHORT.has(word.plain) || (telling && ENVELOPE.has(word.plain)))) continue;
    if (!VALUE.test(letters.clean.slice(words[at - 1]!.end, word.start))) continue;
    const next = words[at + 1];
    // “Độ mật: M, TM, TuM” counts them up.
    const more = next !== undefined && (SHORT.has(next.plain) || ENVELOPE.has(next.plain)) && next.upper;
    if (more || (next && !broken(next) && !(next.gap & (Gap.Wide | Gap.Point)))) continue;
    if (telling || word.plain === 'secret') return true;
  }
  for (const run of scene.lines) {
    const word = words[run.from]!;
    if (!word.upper || !(word.plain === 'm' || word.plain === 'tm') || !nounStarts(question, run.from + 1)) continue;
    const [open, close] = [letters.clean[word.start - 1], letters.clean[word.end]];
    if ((open === '[' && close === ']') || (open === '(' && close === ')')) return true;
  }
  return false;
}

/** Signs that open what is set apart. */
export const isOpener = (sign: string): boolean => sign !== '' && OPENERS.includes(sign);
