import type { Scene } from './context.ts';
import { before, sceneOf } from './context.ts';
import { decodedOf } from './legacy.ts';
import type { Hit, Met, Word } from './match.ts';
import { Gap, levelsIn, termsOf, wordsOf } from './match.ts';
import { lettersOf } from './normalize.ts';
import { inPicture } from './picture.ts';
import type { Rule, RuleKind, RuleSet } from './ruleset.ts';
import type { Handling, OcrPage, Verdict } from './verdict.ts';

export const TEXT_KINDS = ['chat', 'name', 'document', 'ocr', 'caption'] as const;
export type TextKind = (typeof TEXT_KINDS)[number];
export interface Hint {
  readonly kind?: TextKind;
}

/** Says of texts whether they carry a secrecy marking. Keeps nothing of what it is asked. */
export interface Judge {
  readonly version: number;
  text(text: string, hint?: Hint): Verdict;
  /** Short messages of one sender, oldest first. */
  window(texts: readonly string[]): Verdict;
  /** It could be a piece of a marking that is sent in several messages. */
  fragment(text: string): boolean;
  ocr(page: OcrPage): Verdict;
}

/** Messages looked at together. */
export const WINDOW_MOST = 10;
/** Longest message that counts as a piece. */
export const PIECE_MOST = 80;

const PASSED: Verdict = { refused: false, rules: [] };

const LINKS = new Set(['do', 'loai', 'dang', 'muc', 'cap', 'co', 'la', 'hang', 'thuoc']);
const PREFIXES = new Set(['do', 'muc', 'cap', 'dau']);
const AND = new Set(['va', 'hoac', 'hay', 'do', 'den', 'toi', 'loai', 'len', 'xuong', 'tu', 'sang']);
const DEFINES = new Set(['la', 'phai', 'duoc', 'khong', 'thi', 'can', 'nen', 'co', 'ma', 'bi']);
const DEICTIC = new Set(['nay', 'kem', 'dinh']);
const TRANSMITS = new Set([
  'gui',
  'chuyen',
  'dinh',
  'kem',
  'xem',
  'doc',
  'nhan',
  'chup',
  'scan',
  'tai',
  'in',
  'photo',
  'share',
  'up',
  'post',
  'ban',
  'trinh',
  'ky',
]);
const NEGATES = new Set([
  'khong',
  'ko',
  'cam',
  'dung',
  'cho',
  'tranh',
  'chua',
  'neu',
  'khi',
  'cach',
  'viec',
  'hanh',
  'quy',
  'nghiem',
  'hong',
  'han',
]);
const PLURALS = new Set(['cac', 'nhung', 'moi', 'nhieu', 'bat', 'mot', 'tung', 'moi']);
const PASTS = new Set([
  'roi',
  'hom',
  'luc',
  'khi',
  'het',
  'may',
  'cai',
  'chiec',
  'xe',
  'dien',
  'tien',
  'the',
  'vi',
  'ma',
  'nen',
  'do',
  'o',
  'khong',
  'dau',
  'long',
  'mot',
  'hai',
  'ca',
  'va',
  'sach',
  'so',
  'giay',
  'chia',
  'bop',
]);
const SURNAMES = new Set(
  'nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh truong mai ha cao ta luong luu chau to lam trinh doan dao thai ro ksor siu kpa rah nay puih rmah kpuih rcom rolan alan ong ba anh chi co chu bac em thon lang xa ap buon'.split(
    ' ',
  ),
);
const MIDDLES = new Set('thi van huu duc ngoc xuan minh thanh quang cong dinh h y'.split(' '));
const FUTURES = new Set(['chua', 'diem', 'han', 'se', 'kien', 'dong', 'khong', 'cho', 'de']);

const OPENERS = '([{<«【「『*“"\'‘=~_#|•«‹';
const CLOSERS = ')]}>»】」』*”"\'’=~_#|•»›';
const QUOTES = '“”"\'‘’«»';
const BOXES = '☐☒☑✓✔□■▣';
const TICKED = /[☒☑✓✔■▣✅]|[[(]\s*[xX]\s*[\])]/u;

interface Compiled {
  readonly rules: RuleSet;
  readonly on: ReadonlyMap<RuleKind, readonly Rule[]>;
  scene(text: string): Scene;
}

function compiled(rules: RuleSet): Compiled {
  const active = rules.rules.filter((rule) => rule.on);
  const on = new Map<RuleKind, Rule[]>();
  for (const rule of active) on.set(rule.kind, [...(on.get(rule.kind) ?? []), rule]);
  const terms = termsOf(
    active.filter((rule) => rule.kind !== 'symbol'),
    (term) => {
      const letters = lettersOf(term);
      return wordsOf(letters, levelsIn(letters));
    },
  );
  const symbols = new Set(
    (on.get('symbol') ?? []).flatMap((rule) => rule.terms.map((term) => lettersOf(term).plain.replace(/\s+/gu, ''))),
  );
  return {
    rules,
    on,
    scene(text) {
      const letters = lettersOf(text);
      const hits = levelsIn(letters);
      const words = wordsOf(letters, hits);
      return sceneOf(letters, hits, words, terms.find(words), (rule) => rule.kind === 'talk', symbols);
    },
  };
}

/** What one text is asked with. */
interface Question {
  readonly scene: Scene;
  readonly kind: TextKind;
  readonly counted: Set<Rule>;
  readonly on: Compiled['on'];
  /** Terms by the word they begin with and the one they end before. */
  readonly endings: ReadonlyMap<number, readonly Met[]>;
  readonly covered: ReadonlyMap<number, readonly Met[]>;
  readonly lifts: readonly Met[];
  readonly quotes: readonly Met[];
  readonly formal: boolean;
  readonly aloneLevels: ReadonlySet<number>;
  /** Hits that are a level, not an everyday word or the name of the thing. */
  readonly real: readonly boolean[];
}

function count(question: Question, kind: RuleKind): void {
  for (const rule of question.on.get(kind) ?? []) question.counted.add(rule);
}

const endsHere = (question: Question, word: number, kind: RuleKind): Met | undefined =>
  question.endings.get(word)?.find((each) => each.rule.kind === kind);

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

const BEFORE_MAT = ['bao', 'bi', 'than', 'co', 'giai', 'trang', 'tui', 'soi', 'duong', 'kin'];
const AFTER_MAT = ['khau', 'ma', 'do', 'ong', 'thiet', 'thu', 'vu', 'mia', 'nhan', 'dam'];

/** “mật” of an everyday word. */
function everyday(question: Question, hit: Hit, first: number, last: number): boolean {
  const { words } = question.scene;
  const upper = hit.letters === 'upper';
  for (const each of question.covered.get(last) ?? []) {
    const after = each.to > last + 1;
    if (after) {
      const partner = words[last + 1]!;
      // “TUYỆT MẬT mã số …”, “MẬT Báo cáo”: the marking and the next words.
      if (upper && hit.level > 1) continue;
      if (upper && partner.title) continue;
      if (
        question.covered
          .get(last + 1)
          ?.some((noun) => noun.rule.kind === 'noun' && noun.from === last + 1 && noun.to > last + 2)
      ) {
        if (upper) continue;
      }
      const sign = question.scene.letters.clean.slice(words[last]!.end, partner.start);
      if (/[^\s\-_.]/u.test(sign) || (upper && /[-.]/u.test(sign))) continue;
      return each.rule.kind === 'everyday';
    }
    if (each.rule.kind !== 'everyday') continue;
    // “bảo mật”: of a longer level the word before it is not a part.
    if (each.from >= first) continue;
    const sign = question.scene.letters.clean.slice(words[first - 1]!.end, words[first]!.start);
    if (/[^\s\-_.]/u.test(sign)) continue;
    if (hit.level > 1) continue;
    return true;
  }
  if (hit.spread || hit.disguised || hit.glued) {
    const joined =
      spelled(words, first - 1, -1) ||
      (hit.glued && first > 0 && words[first]!.gap === Gap.Glue ? words[first - 1]!.plain : '');
    const next = words[last + 1];
    const following = spelled(words, last + 1, 1) || (next && next.gap === Gap.Glue ? next.plain : '');
    if (hit.level === 1 && BEFORE_MAT.some((each) => joined.endsWith(each))) return true;
    if (AFTER_MAT.some((each) => following.startsWith(each))) return true;
    // “F O R M A T”: without marks a word of more letters is another word.
    if (hit.tone === 0 && hit.spread && (joined.length > 0 || following.length > 0)) {
      return !(hit.level > 1 || /(?:lieu|van|so|hoach|cao|do)$/u.test(joined));
    }
  }
  return false;
}

/** “ĐỘ MẬT”, “mức mật”: the name of the thing, not a level. */
function isName(scene: Scene, index: number): boolean {
  const hit = scene.hits[index]!;
  const first = scene.firstOf[index]!;
  if (hit.level > 1 || hit.disguised || first === 0 || scene.words[first]!.gap & (Gap.Break | Gap.Wide)) return false;
  return PREFIXES.has(scene.words[first - 1]!.plain) && !/[:=–-]/u.test(before(scene, first));
}

/** A marking that has been lifted: in the same sentence, or above and below it with a decision or a date. */
function lifted(question: Question, first: number, alone: boolean): boolean {
  const { words, lineOf, sentenceOf, lines } = question.scene;
  for (const lift of question.lifts) {
    const word = words[lift.from - 1];
    if (word && !(words[lift.from]!.gap & Gap.Break) && FUTURES.has(word.plain)) continue;
    const line = lineOf[lift.from]!;
    const here = lineOf[first]!;
    if (sentenceOf[lift.from] === sentenceOf[first]) {
      if (line === here || lift.from < first) return true;
      continue;
    }
    if (Math.abs(line - here) > (alone ? 3 : 1)) continue;
    for (let at = line; at <= line + 2 && at < lines.length; at += 1) {
      const run = lines[at]!;
      for (let each = run.from; each < run.to; each += 1) if (words[each]!.digit && each > lift.from) return true;
    }
  }
  return false;
}

function hasTalk(question: Question, first: number, last: number): { before: boolean; after: boolean } {
  const { sentences, sentenceOf } = question.scene;
  const sentence = sentences[sentenceOf[first]!]!;
  let beforeIt = false;
  let after = false;
  for (const at of sentence.talk) {
    if (at < first) beforeIt = true;
    else if (at > last && at <= last + 5) after = true;
    if (at > last + 5) break;
  }
  if (!beforeIt && sentence.lead >= 0 && sentences[sentence.lead]!.talk.length > 0) beforeIt = true;
  return { before: beforeIt, after };
}

function judgeHit(question: Question, index: number): void {
  const { scene, kind } = question;
  const { words, hits, letters } = scene;
  const hit = hits[index]!;
  const first = scene.firstOf[index]!;
  const last = first + (hit.level > 1 ? 1 : 0);

  const line = scene.lines[scene.lineOf[first]!]!;
  const cell = scene.cells[scene.cellOf[first]!]!;
  const lineAt = scene.lineOf[first]!;
  const previous = first > cell.from ? words[first - 1] : undefined;
  const next = last + 1 < cell.to ? words[last + 1] : undefined;
  const big = hit.letters === 'upper' || (hit.letters === 'mixed' && hit.tone > 0);
  const long = hit.level > 1;
  const toned = hit.tone > 0 || (long && hit.firstTone > 0 && hit.level === 3);
  const alone = cell.to - cell.from === last - first + 1;
  const sign = before(scene, first);
  const after = letters.clean.slice(
    hit.end,
    last + 1 < words.length ? Math.min(words[last + 1]!.start, hit.end + 40) : hit.end + 40,
  );
  const opened = sign.length > 0 && OPENERS.includes(sign.at(-1)!);
  const closed = after.length > 0 && CLOSERS.includes(after[0]!);
  const quoted = opened && closed && QUOTES.includes(sign.at(-1)!);
  const starts = first === cell.from;
  const ends = last + 1 === cell.to;
  const talk = hasTalk(question, first, last);
  const defines = next !== undefined && DEFINES.has(next.plain) && !(next.gap & Gap.Point);

  count(question, 'word');
  if (lifted(question, first, alone)) return;

  // “ĐỘ MẬT”, “mức mật”: the name of the thing, not a level.
  const named =
    hit.level === 1 &&
    previous !== undefined &&
    PREFIXES.has(previous.plain) &&
    !/[:=–-]|\s-/u.test(sign) &&
    !hit.disguised;

  // Levels counted up: “Tuyệt mật, Tối mật và Mật”.
  const near = (other: number): boolean => {
    const its = hits[other];
    if (!its || its.level === hit.level || !question.real[other]) return false;
    const itsFirst = scene.firstOf[other]!;
    const itsLast = itsFirst + (its.level > 1 ? 1 : 0);
    const [from, to] = other < index ? [itsLast + 1, first] : [last + 1, itsFirst];
    if (scene.lineOf[itsFirst] !== lineAt && scene.sentenceOf[itsFirst] !== scene.sentenceOf[first]) return false;
    if (to - from > 6) return false;
    for (let at = from; at < to; at += 1) {
      const word = words[at]!;
      if (!AND.has(word.plain) && !word.digit && word.plain.length > 1 && word.plain !== 'mat') return false;
    }
    return true;
  };
  const beside = near(index - 1) || near(index + 1);
  const text = beside ? letters.clean.slice(Math.max(hit.start - 6, 0), hit.end + 6) : '';
  if (beside && TICKED.test(text)) {
    const lineText = letters.clean.slice(words[line.from]!.start, words[line.to - 1]!.end + 4).trimEnd();
    const trailing = BOXES.includes(lineText.at(-1) ?? '') || lineText.endsWith(']');
    const side = trailing ? after.slice(0, 6) : sign.slice(-6);
    if (TICKED.test(side) || /x/u.test(trailing ? (next?.plain ?? '') : (previous?.plain ?? ''))) {
      count(question, 'label');
      return;
    }
  }
  const levelsBeside = new Set([
    hit.level,
    ...[index - 2, index - 1, index + 1, index + 2].map((at) => hits[at]?.level ?? hit.level),
  ]);
  const several =
    beside &&
    (levelsBeside.size > 2 || !big || talk.before || talk.after || endsHere(question, first, 'quote') !== undefined);

  // Disguised, it is meant to be hidden.
  if (hit.disguised || (hit.letters === 'mixed' && hit.tone === 2)) {
    const clear = hit.tone === 2 || (hit.tone === 1 && (long || big || hit.spread));
    const bare = hit.tone === 0 && (long ? big || hit.spread || ends : hit.spread && big) && !hit.glued;
    if (clear || bare) {
      count(question, 'disguise');
      return;
    }
  }

  const number = scene.numberOf[first]! >= 0 ? scene.numbers[scene.numberOf[first]!] : undefined;
  if (number?.whole) {
    count(question, 'number');
    return;
  }

  if (alone && !several) {
    const wrapped = hit.letters === 'lower' && first > 0 && wrappedHere(question, first);
    const listed =
      /^[\s•*+–-]*(?:\d{1,2}[.)]|[a-zđ]\))?[\s•*+–-]*$/u.test(sign.replace(/^[\s\S]*\n/u, '')) && /[•*+–-]/u.test(sign);
    const lawful =
      question.aloneLevels.size > 1 &&
      question.quotes.some((each) => scene.lineOf[each.from]! <= lineAt && scene.lineOf[each.from]! >= lineAt - 6);
    if (!lawful && !wrapped) {
      const whole = scene.lines.length === 1 && scene.cells.length === 1;
      const top = lineAt < 3 && !listed;
      const strong = long
        ? toned || big || whole || top || question.formal || !listed
        : toned
          ? big ||
            (whole && kind !== 'name') ||
            (top && scene.lines.length > 1 && scene.lines[0]!.others !== 0 ? question.formal || lineAt === 0 : top) ||
            question.formal
          : (big && (whole || top || question.formal || !listed)) ||
            (question.formal && !listed) ||
            (hit.disguised && whole);
      if (strong && !(talk.before && !big)) {
        count(question, 'line');
        return;
      }
    }
  }

  const label = labelled(question, first, sign);
  if (label === 'sure' && !several && (toned || ends || long)) {
    count(question, 'label');
    return;
  }
  if (named && !big) return;

  // Beside the number of a document.
  const follows = number ?? numberAfter(question, last);
  const precedes = numberBefore(question, first);
  const noun = nounBefore(question, first);
  if (!several && follows && !named) {
    const sure = follows.whole ? toned || noun !== undefined || big : noun !== undefined && (toned || noun.rule.on);
    if (sure && !(hit.letters === 'title' && !long && noun === undefined)) {
      count(question, 'number');
      return;
    }
  }
  if (
    !several &&
    precedes?.whole &&
    (toned || big || opened) &&
    (ends || opened || big) &&
    !defines &&
    !(named && !big)
  ) {
    count(question, 'number');
    return;
  }

  // Set off from its line.
  const bracketed = opened && closed && !quoted;
  const edge = /^\s*[:|–—/.,-]/u.test(after) && starts;
  const edgeAtEnd = ends && /[:|–—/-]\s*$/u.test(sign);
  if (!several && !named) {
    const apart =
      (bracketed &&
        (big || long || toned) &&
        (starts || ends || !(talk.before || talk.after)) &&
        !(hit.letters === 'lower' && !long && talk.before)) ||
      ((edge || edgeAtEnd) &&
        big &&
        !defines &&
        (toned || long || !line.caps) &&
        !surname(question, cell.from, first, hit, big)) ||
      ((edge || edgeAtEnd) && !big && toned && noun !== undefined && !talk.before && !talk.after) ||
      (edgeAtEnd && !big && toned && long && !talk.before && nounIn(question, cell.from, first)) ||
      (edgeAtEnd &&
        !big &&
        toned &&
        !long &&
        /[–—-]\s*$/u.test(sign) &&
        !talk.before &&
        hit.letters !== 'lower' &&
        nounIn(question, cell.from, first) &&
        !namesBefore(question, cell.from, first)) ||
      (edge && !big && toned && long && hit.letters === 'title' && !talk.after && nounIn(question, last + 1, cell.to));
    if (apart) {
      count(question, 'apart');
      return;
    }
  }

  // In capitals where the others are not.
  const lettered =
    toned ||
    (hit.level === 3 && big) ||
    (hit.level === 2 && big && !line.caps) ||
    (big && !line.caps && (noun !== undefined || starts));
  if (big && lettered && !several && !named && !quoted && line.others > 0) {
    const passes = surname(question, cell.from, first, hit, big);
    if (!line.caps) {
      const atHead = starts && !defines;
      if (!passes && (atHead || !(talk.before || talk.after || defines))) {
        count(question, 'apart');
        return;
      }
    } else if (!passes) {
      const head =
        starts && !defines && (long || nounStarts(question, last + 1) || formulaIn(question, line.from, line.to));
      const tail = ends && !talk.before && (long || noun !== undefined || formulaIn(question, line.from, line.to));
      if (head || tail) {
        count(question, 'apart');
        return;
      }
    }
  }

  // What a sentence says of the thing it comes with.
  const statement = statementBefore(question, first);
  if (statement && !several && (toned || long || big)) {
    const deictic = /(?:^| )(?:này|đây)(?: |$)/u.test(statement);
    const bare = statement === 'đây là' || statement === 'này là';
    if (deictic ? !bare || noun !== undefined || long || big : !(talk.before || talk.after || defines)) {
      count(question, 'statement');
      return;
    }
  }
  if (noun && (toned || long)) {
    if (
      next &&
      DEICTIC.has(next.plain) &&
      !(next.gap & (Gap.Stop | Gap.Break)) &&
      !(next.plain === 'dinh' && words[last + 2]?.plain !== 'kem')
    ) {
      count(question, 'statement');
      return;
    }
  }

  if (!noun || several) return;
  const villages = hit.letters === 'title' && !long && ['bản', 'thư', 'điện'].includes(termOf(question, noun));
  if (villages) return;
  const whole = noun.from === cell.from && ends;
  if (whole && (toned || long || scene.lines.length === 1 || big) && !(talk.before && !big)) {
    const held = !toned && !long && scene.cells.length > 1 && !big;
    if (!held) {
      count(question, 'noun');
      return;
    }
  }
  const told = talk.before || talk.after || defines;
  if (kind === 'name' && !told && (ends || big || long || toned || (next?.digit ?? false)) && !villages) {
    count(question, 'noun');
    return;
  }
  const plural = noun.from > 0 && PLURALS.has(words[noun.from - 1]!.plain);
  if (told || plural || (kind === 'document' && !big)) return;
  if (!toned && !big) {
    if (long && (ends || !PASTS.has(next?.plain ?? '')) && (hit.level === 3 || ends)) count(question, 'noun');
    return;
  }
  const sentence = scene.sentences[scene.sentenceOf[first]!]!;
  let sends = false;
  for (let at = Math.max(sentence.from, noun.from - 12); at < noun.from; at += 1) {
    if (NEGATES.has(words[at]!.plain)) return;
    if (TRANSMITS.has(words[at]!.plain)) sends = true;
  }
  if (long || sends || big || kind === 'caption' || sentence.to - sentence.from <= 8) count(question, 'noun');
}

const termOf = (question: Question, met: Met): string => {
  const { words, letters } = question.scene;
  return letters.small.slice(words[met.from]!.start, words[met.to - 1]!.end);
};

function wrappedHere(question: Question, first: number): boolean {
  const { scene } = question;
  const line = scene.lines[scene.lineOf[first]! - 1];
  if (!line) return false;
  const sign = before(scene, first);
  if (/[.!?:;|\t]|\n\s*\n/u.test(sign) || /[•*+–-]/u.test(sign)) return false;
  return line.to - line.from >= 4 && !line.caps;
}

function labelled(question: Question, first: number, sign: string): 'sure' | 'perhaps' | undefined {
  const { words } = question.scene;
  const colon =
    /[:=]\s*[\s"“'‘([{*_>☒☑✓✔■]*$/u.test(sign) ||
    /^\s*[–-]+\s*$/u.test(sign) ||
    /[\t|]/u.test(sign) ||
    /[.…_]{2,}\s*$/u.test(sign);
  for (let at = first; at >= 0 && at > first - 8; at -= 1) {
    const met = endsHere(question, at, 'label');
    if (met) {
      const words4 = met.to - met.from;
      const far = first - at;
      const mat = words
        .slice(met.from, met.to)
        .some((word) => word.plain === 'mat' || word.plain.startsWith('classif') || word.plain.startsWith('secre'));
      if (far > 0 && !mat) continue;
      if (far === 1 && words[first - 1]!.plain === 'la') return 'sure';
      if (colon && (far === 0 || mat)) return 'sure';
      if (far === 0 && mat && words4 > 1) return 'perhaps';
    }
    if (at < first && words[at]!.gap & (Gap.Break | Gap.Stop) && at !== first) break;
  }
  return undefined;
}

function numberAfter(question: Question, last: number): Scene['numbers'][number] | undefined {
  const { words, numberOf, numbers } = question.scene;
  for (let at = last + 1; at <= last + 2 && at < words.length; at += 1) {
    if (words[at]!.gap & (Gap.Break | Gap.Stop)) return undefined;
    if (numberOf[at]! >= 0) return numbers[numberOf[at]!];
  }
  return undefined;
}

function numberBefore(question: Question, first: number): Scene['numbers'][number] | undefined {
  const { words, numberOf, numbers } = question.scene;
  for (let at = first - 1; at >= 0 && at >= first - 2; at -= 1) {
    if (words[at + 1]!.gap & Gap.Break) return undefined;
    if (numberOf[at]! >= 0) return numbers[numberOf[at]!];
    if (words[at]!.plain.length > 3) return undefined;
  }
  return undefined;
}

function nounBefore(question: Question, first: number): Met | undefined {
  const { words } = question.scene;
  for (let at = first; at > first - 4 && at > 0; at -= 1) {
    const noun = endsHere(question, at, 'noun');
    if (noun && !(at < words.length && words[at]!.gap & (Gap.Break | Gap.Stop))) return noun;
    if (!LINKS.has(words[at - 1]!.plain) || words[at]!.gap & (Gap.Break | Gap.Stop)) return undefined;
  }
  return undefined;
}

function nounIn(question: Question, from: number, to: number): boolean {
  return question.scene.met.some(
    (each) => each.rule.kind === 'noun' && each.from >= from && each.to <= to && each.to - each.from > 1,
  );
}

function nounStarts(question: Question, at: number): boolean {
  return (question.covered.get(at) ?? []).some((each) => each.rule.kind === 'noun' && each.from === at);
}

function formulaIn(question: Question, from: number, to: number): boolean {
  const { met, numberOf } = question.scene;
  for (let at = from; at < to; at += 1) if (numberOf[at]! >= 0) return true;
  return met.some((each) => each.rule.kind === 'formula' && each.from >= from && each.to <= to);
}

function namesBefore(question: Question, from: number, to: number): boolean {
  const { words } = question.scene;
  for (let at = from; at < to; at += 1) if (SURNAMES.has(words[at]!.plain) && words[at]!.title) return true;
  return false;
}

/** “TRẦN MẬT”, “NGUYỄN THỊ MẬT”, “THÔN MẬT”. */
function surname(question: Question, from: number, first: number, hit: Hit, big: boolean): boolean {
  if (hit.level > 1 || !big || hit.tone < 2 || first === from) return false;
  const { words, letters } = question.scene;
  const previous = words[first - 1]!;
  if (/[^\s.]/u.test(letters.clean.slice(previous.end, words[first]!.start))) return false;
  if (!previous.upper) return false;
  for (let at = first - 1; at >= from && at >= first - 4; at -= 1) {
    if (SURNAMES.has(words[at]!.plain)) return first - at === 1 || MIDDLES.has(previous.plain) || at === from;
  }
  return MIDDLES.has(previous.plain) && previous.plain === 'thi';
}

function statementBefore(question: Question, first: number): string | undefined {
  const { words } = question.scene;
  for (let at = first; at > first - 6 && at > 0; at -= 1) {
    const met = endsHere(question, at, 'statement');
    if (met) return termOf(question, met);
    const word = words[at - 1]!;
    const noun = endsHere(question, at, 'noun');
    if (noun) {
      at = noun.from + 1;
      continue;
    }
    if (!LINKS.has(word.plain) && word.plain !== 'mat' && word.plain !== 'chi') return undefined;
    if (words[at]!.gap & (Gap.Break | Gap.Stop)) return undefined;
  }
  return undefined;
}

/** All about one text, as it stands. */
function ask(engine: Compiled, text: string, kind: TextKind, counted: Set<Rule>): Handling | undefined {
  const scene = engine.scene(text);
  if (scene.words.length === 0) return undefined;
  const endings = new Map<number, Met[]>();
  const covered = new Map<number, Met[]>();
  const put = (map: Map<number, Met[]>, at: number, met: Met): void => {
    const list = map.get(at);
    if (list) list.push(met);
    else map.set(at, [met]);
  };
  let handling: Handling | undefined;
  const lifts: Met[] = [];
  const quotes: Met[] = [];
  let formula = false;
  for (const met of scene.met) {
    put(endings, met.to, met);
    if (met.rule.kind === 'everyday' || met.rule.kind === 'noun') {
      for (let at = met.from; at < met.to; at += 1) put(covered, at, met);
    }
    if (met.rule.kind === 'lift') lifts.push(met);
    if (met.rule.kind === 'quote') quotes.push(met);
    if (met.rule.kind === 'formula') formula = true;
  }
  const aloneLevels = new Set<number>();
  const real: boolean[] = [];
  for (const [index, hit] of scene.hits.entries()) {
    const first = scene.firstOf[index]!;
    const cell = scene.cells[scene.cellOf[first]!]!;
    if (cell.to - cell.from === (hit.level > 1 ? 2 : 1)) aloneLevels.add(hit.level);
  }
  const question: Question = {
    scene,
    kind,
    counted,
    on: engine.on,
    endings,
    covered,
    lifts,
    quotes,
    formal: formula || scene.numbers.some((each) => each.whole),
    aloneLevels,
    real,
  };
  for (const [index, hit] of scene.hits.entries()) {
    const first = scene.firstOf[index]!;
    real.push(!everyday(question, hit, first, first + (hit.level > 1 ? 1 : 0)) && !isName(scene, index));
  }
  for (let index = 0; index < scene.hits.length; index += 1) {
    if (
      real[index] ||
      (isName(scene, index) && !everyday(question, scene.hits[index]!, scene.firstOf[index]!, scene.firstOf[index]!))
    )
      judgeHit(question, index);
    if (refuses(counted)) break;
  }
  if (scene.numbers.some((each) => each.marked)) count(question, 'symbol');
  for (const met of scene.met) {
    const { rule } = met;
    const cell = scene.cells[scene.cellOf[met.from]!]!;
    const alone = cell.from === met.from && cell.to === met.to;
    if (rule.kind === 'phrase') counted.add(rule);
    else if (rule.kind === 'stamp') {
      const upper = scene.words.slice(met.from, met.to).every((word) => word.upper);
      if (alone && (upper || rule.weight === 'strong')) counted.add(rule);
    } else if (rule.kind === 'subject') {
      const talk = hasTalk(question, met.from, met.to - 1);
      if (!talk.before) counted.add(rule);
    } else if (rule.kind === 'formula') counted.add(rule);
    else if (rule.kind === 'internal' || rule.kind === 'return') {
      const upper = scene.words[met.from]!.upper;
      const sign = before(scene, met.from).at(-1) ?? '';
      if (
        alone ||
        upper ||
        OPENERS.includes(sign) ||
        scene.words[met.from]!.title ||
        endsHere(question, met.from, 'noun')
      ) {
        counted.add(rule);
        handling = rule.kind === 'return' || handling === 'return' ? 'return' : 'internal';
      }
    }
  }
  if (question.formal) count(question, 'formula');
  return handling;
}

function refuses(counted: ReadonlySet<Rule>): boolean {
  let medium = 0;
  for (const rule of counted) {
    if (['internal', 'return', 'talk', 'lift', 'quote', 'everyday'].includes(rule.kind)) continue;
    if (rule.weight === 'strong') return true;
    // What every document is made of counts only beside something else.
    if (rule.weight === 'medium') medium += 1;
  }
  return medium > 1;
}

function verdictOf(counted: ReadonlySet<Rule>, handling: Handling | undefined): Verdict {
  const refused = refuses(counted);
  if (!refused && !handling) return PASSED;
  const rules = [...counted]
    .filter((rule) => (refused && rule.weight !== 'weak') || rule.kind === handling)
    .map((rule) => rule.id)
    .toSorted();
  return handling ? { refused, rules, handling } : { refused, rules };
}

const CAMEL = /(\p{Ll})(\p{Lu})/gu;
const EXTENSION = /\.[a-z0-9]{1,5}$/iu;

export function compile(rules: RuleSet): Judge {
  const engine = compiled(rules);
  const judge = (text: string, kind: TextKind): Verdict => {
    const counted = new Set<Rule>();
    let handling: Handling | undefined;
    const look = (each: string): void => {
      handling = ask(engine, each, kind, counted) ?? handling;
    };
    if (kind === 'name') {
      const name = text.replace(EXTENSION, '');
      look(name);
      const apart = name.replace(CAMEL, '$1 $2');
      if (apart !== name && !refuses(counted)) look(apart);
    } else look(text);
    if (!refuses(counted)) {
      for (const other of decodedOf(text)) {
        look(other);
        if (refuses(counted)) break;
      }
    }
    return verdictOf(counted, handling);
  };
  const piece = (text: string): boolean => {
    if (text.length === 0 || text.length > PIECE_MOST) return false;
    const { plain, kinds, masks } = lettersOf(text);
    let letters = '';
    for (let at = 0; at < kinds.length; at += 1) {
      if (kinds[at] === 1) letters += plain[at]!;
      else if (kinds[at] === 2 && masks[at] !== 0)
        letters += { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 7: 't' }[plain[at]!] ?? '';
      else if (masks[at] !== 0 && kinds.length < 6) letters += plain[at] === '@' ? 'a' : '';
    }
    if (letters === '' || letters.length > 16) return false;
    const once = letters.replace(/(.)\1+/gu, '$1').replace(/l/gu, 'i');
    return (
      ['tuyetmat', 'toimat', 'domattuyetmat', 'domattoimat', 'domatmat', 'mucdomat'].some((whole) =>
        whole.includes(once),
      ) || once === 'tuiet'
    );
  };
  const fragment = (text: string): boolean => {
    if (piece(text)) return true;
    if (text.length > PIECE_MOST) return false;
    const plain = lettersOf(text.trim()).plain;
    return (
      /(?:^|[^a-z])(?:tuyet|toi|tuy|tu|to|ma|m|t)[^a-z]*$/u.test(plain) ||
      /^[^a-z]*(?:mat|at|t|yet|uyet|et|oi|i)(?:[^a-z]|$)/u.test(plain)
    );
  };
  return {
    version: rules.version,
    text: (text, hint) => judge(text, hint?.kind ?? 'chat'),
    fragment,
    window(texts) {
      const last = texts.slice(-WINDOW_MOST);
      const counted = new Set<Rule>();
      const split = engine.on.get('split') ?? [];
      if (split.length === 0) return PASSED;
      const pieces = last.filter(piece);
      // All pieces, and then without the oldest: what stood before a marking began.
      for (let from = 0; from < pieces.length - 1; from += 1) {
        const rest = pieces.slice(from);
        if (rest.some((each) => each.length > 24)) continue;
        const joined = lettersOf(rest.join('')).clean.replace(/[\s\p{P}]/gu, '');
        const hits = levelsIn(lettersOf(joined));
        const whole = hits.find((hit) => hit.end === joined.length);
        if (whole && spans(rest, joined, whole) && likely(whole, rest)) for (const rule of split) counted.add(rule);
      }
      if (!refuses(counted)) {
        for (const glue of ['', ' ']) {
          const letters = lettersOf(last.join(glue));
          const scene = engine.scene(last.join(glue));
          let at = 0;
          const seams = last
            .slice(0, -1)
            .map((each) => (at += lettersOf(each).clean.length + glue.length) - glue.length);
          if (letters.clean.length !== at + lettersOf(last.at(-1) ?? '').clean.length) continue;
          for (const [index, hit] of scene.hits.entries()) {
            if (hit.tone < 2 || !seams.some((seam) => seam > hit.start && seam < hit.end)) continue;
            if (
              hit.level > 1 &&
              seams.some((seam) => seam > hit.start && seam <= hit.mat) &&
              (glue === '' || !alonePiece(last, hit, scene))
            )
              continue;
            const words = scene.words;
            const first = scene.firstOf[index]!;
            const end = first + (hit.level > 1 ? 1 : 0);
            const next = words[end + 1];
            const previous = words[first - 1];
            const joins = (one: Word | undefined, other: Word | undefined): boolean =>
              scene.met.some(
                (met) =>
                  met.rule.kind === 'everyday' &&
                  one !== undefined &&
                  other !== undefined &&
                  words[met.from] === one &&
                  words[met.to - 1] === other,
              );
            if (joins(words[end], next) || joins(previous, words[first])) continue;
            for (const rule of split) counted.add(rule);
          }
        }
      }
      return verdictOf(counted, undefined);
    },
    ocr(page) {
      const counted = new Set<Rule>();
      const handling = ask(engine, page.lines.join('\n'), 'ocr', counted);
      if (!refuses(counted) && inPicture(page, (text) => judge(text, 'ocr').refused)) {
        for (const rule of engine.on.get('picture') ?? []) counted.add(rule);
      }
      return verdictOf(counted, handling);
    },
  };
}

/** The second word of a level that a message is, and nothing more. */
function alonePiece(texts: readonly string[], hit: Hit, scene: Scene): boolean {
  void hit;
  void scene;
  const last = lettersOf(texts.at(-1) ?? '').plain.replace(/[^a-z]/gu, '');
  return last === 'mat';
}

/** The marking lies over more than one message. */
function spans(pieces: readonly string[], joined: string, hit: Hit): boolean {
  const last = lettersOf(pieces.at(-1)!).clean.replace(/[\s\p{P}]/gu, '');
  return hit.start < joined.length - last.length;
}

/** “M”, “A”, “T” may be three votes, “toi”, “mat” an evening: without marks only letters one by one are meant. */
function likely(hit: Hit, pieces: readonly string[]): boolean {
  if (hit.tone > 0 || hit.firstTone === 2) return true;
  return hit.level > 1 || pieces.length > 2;
}
