import type { DocumentNumber, Scene } from './context.ts';
import { before, sceneOf } from './context.ts';
import { decodedOf } from './legacy.ts';
import type { Hint, Partners, Question, TextKind } from './marking.ts';
import { isAbbreviated, isEveryday, isName, isOpener, isPlainlySaid, liftsOf, markingsOf } from './marking.ts';
import type { Met } from './match.ts';
import { levelsIn, termsOf, wordsOf } from './match.ts';
import { lettersOf } from './normalize.ts';
import { inPicture } from './picture.ts';
import type { Rule, RuleKind, RuleSet } from './ruleset.ts';
import { inWindow, isFragment } from './split.ts';
import type { Handling, OcrPage, Verdict } from './verdict.ts';

/** Says of texts whether they carry a secrecy marking. Keeps nothing of what it is asked. */
export interface Judge {
  readonly version: number;
  text(text: string, hint?: Hint): Verdict;
  /** The last short messages of one sender, oldest first: a marking that is sent in pieces. */
  window(texts: readonly string[]): Verdict;
  /** It could be a piece of such a marking: only then is it worth asking for the messages before it. */
  fragment(text: string): boolean;
  ocr(page: OcrPage): Verdict;
}

const PASSED: Verdict = { refused: false, rules: [] };

/** Kinds that never refuse, whatever weight somebody gives them. */
const HARMLESS: ReadonlySet<RuleKind> = new Set(['internal', 'return', 'talk', 'lift', 'quote', 'everyday', 'word']);

function refuses(counted: ReadonlySet<Rule>): boolean {
  let medium = 0;
  for (const rule of counted) {
    if (HARMLESS.has(rule.kind)) continue;
    // What every document is made of counts only beside something else.
    if (rule.weight === 'strong' && rule.kind !== 'formula') return true;
    if (rule.weight !== 'weak') medium += 1;
  }
  return medium > 1;
}

function verdictOf(counted: ReadonlySet<Rule>, handling: Handling | undefined): Verdict {
  const refused = refuses(counted);
  if (!refused && !handling) return PASSED;
  const rules = [...counted]
    .filter((rule) => (refused && rule.weight !== 'weak' && !HARMLESS.has(rule.kind)) || rule.kind === handling)
    .map((rule) => rule.id)
    .toSorted();
  return handling ? { refused, rules, handling } : { refused, rules };
}

interface Engine {
  readonly on: ReadonlyMap<RuleKind, readonly Rule[]>;
  readonly partners: Partners;
  scene(text: string): Scene;
}

function engineOf(rules: RuleSet): Engine {
  const active = rules.rules.filter((rule) => rule.on);
  const on = new Map<RuleKind, Rule[]>();
  for (const rule of active) on.set(rule.kind, [...(on.get(rule.kind) ?? []), rule]);
  const read = (term: string): ReturnType<typeof wordsOf> => {
    const letters = lettersOf(term);
    return wordsOf(letters, levelsIn(letters));
  };
  const terms = termsOf(
    active.filter((rule) => rule.kind !== 'symbol'),
    read,
  );
  const symbols = new Set(
    (on.get('symbol') ?? []).flatMap((rule) => rule.terms.map((term) => lettersOf(term).plain.replace(/\s+/gu, ''))),
  );
  const pairs = (on.get('everyday') ?? [])
    .flatMap((rule) => rule.terms.map(read))
    .filter((words) => words.length === 2);
  const isMat = (word: { readonly plain: string; readonly marks: number }): boolean =>
    word.plain === 'mat' && word.marks === 3;
  return {
    on,
    partners: {
      before: pairs.filter(([, two]) => isMat(two!)).map(([one]) => one!),
      after: pairs.filter(([one]) => isMat(one!)).map(([, two]) => two!),
    },
    scene(text) {
      const letters = lettersOf(text);
      const hits = levelsIn(letters);
      const words = wordsOf(letters, hits);
      return sceneOf(letters, hits, words, terms.find(words), symbols);
    },
  };
}

function questionOf(engine: Engine, scene: Scene, kind: TextKind): Question {
  const endings = new Map<number, Met[]>();
  const covered = new Map<number, Met[]>();
  const put = (map: Map<number, Met[]>, at: number, met: Met): void => {
    const list = map.get(at);
    if (list) list.push(met);
    else map.set(at, [met]);
  };
  const quoting = new Uint8Array(scene.lines.length);
  let formal = scene.numbers.some((each) => each.whole);
  for (const met of scene.met) {
    put(endings, met.to, met);
    if (met.rule.kind === 'everyday' || met.rule.kind === 'noun') {
      for (let at = met.from; at < met.to; at += 1) put(covered, at, met);
    } else if (met.rule.kind === 'quote') quoting[scene.lineOf[met.from]!] = 1;
    else if (met.rule.kind === 'formula') formal = true;
  }
  const aloneLevels = new Set<number>();
  for (const [index, hit] of scene.hits.entries()) {
    const cell = scene.cells[scene.cellOf[scene.firstOf[index]!]!]!;
    if (cell.to - cell.from === (hit.level > 1 ? 2 : 1)) aloneLevels.add(hit.level);
  }
  const question = {
    scene,
    kind,
    endings,
    covered,
    quoting,
    formal,
    aloneLevels,
    levels: new Set(scene.hits.map((hit) => hit.level)).size,
    partners: engine.partners,
    lifts: liftsOf(scene),
  };
  const everyday = scene.hits.map((_, index) => isEveryday(question, index));
  const real = everyday.map((it, index) => !it && !isName(scene, index));
  return { ...question, everyday, real };
}

const textOf = ({ letters, words }: Scene, from: number, to: number): string =>
  letters.clean.slice(words[from]!.start, words[to - 1]!.end);

const after = ({ letters, words }: Scene, word: number): string =>
  letters.clean.slice(words[word - 1]!.end, words[word - 1]!.end + 6);

/** So many levels of one text are looked at with all that stands around them. No ordinary text has more. */
const DETAILED = 2_000;

/** Of more levels than that each refuses that does not look like a part of a sentence. */
function isCoarselyMarked({ scene }: Question, index: number): boolean {
  const hit = scene.hits[index]!;
  if (hit.letters === 'upper' || (hit.level > 1 && hit.tone === 2)) return true;
  const cell = scene.cells[scene.cellOf[scene.firstOf[index]!]!]!;
  return cell.to - cell.from <= 2 && (hit.tone > 0 || hit.level > 1);
}

/** Asks all about one text, as it stands. */
function ask(engine: Engine, text: string, kind: TextKind, counted: Set<Rule>): Handling | undefined {
  const scene = engine.scene(text);
  if (scene.words.length === 0 || (scene.hits.length === 0 && scene.met.length === 0 && scene.numbers.length === 0))
    return undefined;
  const question = questionOf(engine, scene, kind);
  const count = (of: RuleKind): void => {
    for (const rule of engine.on.get(of) ?? []) counted.add(rule);
  };
  let done = false;
  let judged = 0;
  for (let index = 0; index < scene.hits.length && !done; index += 1) {
    if (question.everyday[index]) continue;
    judged += 1;
    if (judged > DETAILED) {
      if (!isCoarselyMarked(question, index)) continue;
      count('line');
      done = refuses(counted);
      continue;
    }
    for (const of of markingsOf(question, index)) {
      count(of);
      done = refuses(counted);
      if (done) break;
    }
  }
  if (!done && isAbbreviated(question)) count('label');
  // One letter is soon read wrong in a picture.
  const sure = (number: DocumentNumber): boolean =>
    kind !== 'ocr' || /[([]|mat|mật/iu.test(textOf(scene, number.from, number.to));
  if (scene.numbers.some((each) => each.marked && sure(each))) count('symbol');
  if (question.formal) count('formula');
  let handling: Handling | undefined;
  for (const met of scene.met) {
    const { rule, from, to } = met;
    if (rule.kind === 'phrase') counted.add(rule);
    else if (rule.kind === 'stamp' || rule.kind === 'internal' || rule.kind === 'return') {
      const cell = scene.cells[scene.cellOf[from]!]!;
      const alone = cell.from === from && cell.to === to;
      const upper = scene.words.slice(from, to).every((word) => word.upper);
      if (rule.kind === 'stamp') {
        const leads = upper && cell.from === from && /^\s*(?:[–—:|/]|-\s)/u.test(after(scene, to));
        const apart = upper && /[:[(/|–-]\s*$/u.test(before(scene, from)) && cell.to === to;
        if ((alone && (upper || rule.weight === 'strong')) || ((apart || leads) && rule.weight === 'strong'))
          counted.add(rule);
      } else if (
        handling !== undefined ||
        alone ||
        upper ||
        scene.words[from]!.title ||
        isOpener(before(scene, from).at(-1) ?? '') ||
        afterNoun(question, from)
      ) {
        counted.add(rule);
        handling = rule.kind === 'return' || handling === 'return' ? 'return' : 'internal';
      }
    } else if (rule.kind === 'subject' && isPlainlySaid(question, from, to) && ofThis(question, from, to))
      counted.add(rule);
  }
  return handling;
}

const afterNoun = (question: Question, word: number): boolean =>
  question.endings.get(word)?.some((met) => met.rule.kind === 'noun') ?? false;

/** Said of the thing that is sent: “tài liệu này thuộc …”, “văn bản chứa …”. */
function ofThis({ scene, endings }: Question, from: number, to: number): boolean {
  const sentence = scene.sentences[scene.sentenceOf[from]!]!;
  for (let at = from; at > sentence.from && at > from - 4; at -= 1) {
    if (scene.words[at - 1]!.plain === 'nay') return true;
    if (endings.get(at)?.some((met) => met.rule.kind === 'noun' && met.from <= sentence.from + 1)) return to - from > 3;
  }
  return false;
}

const CAMEL = /(\p{Ll})(\p{Lu})/gu;
const EXTENSION = /\.[a-z0-9]{2,5}$/iu;

/** Makes a judge of rules; the work of reading them is done once. */
export function compile(rules: RuleSet): Judge {
  const engine = engineOf(rules);
  const judge = (text: string, kind: TextKind): Verdict => {
    const counted = new Set<Rule>();
    let handling: Handling | undefined;
    const look = (each: string): boolean => {
      handling = ask(engine, each, kind, counted) ?? handling;
      return refuses(counted);
    };
    const whole = kind === 'name' ? text.replace(EXTENSION, '') : text;
    if (look(whole)) return verdictOf(counted, handling);
    // “TaiLieuMat”
    const apart = kind === 'name' ? whole.replace(CAMEL, '$1 $2') : whole;
    if (apart !== whole && look(apart)) return verdictOf(counted, handling);
    for (const other of decodedOf(whole)) if (look(other)) break;
    return verdictOf(counted, handling);
  };
  return {
    version: rules.version,
    text: (text, hint) => judge(text, hint?.kind ?? 'chat'),
    fragment: isFragment,
    window(texts) {
      const split = engine.on.get('split') ?? [];
      const counted = new Set<Rule>();
      const found =
        split.length > 0 &&
        inWindow(texts, {
          refuses: (text) => judge(text, 'chat').refused,
          scene: (text) => {
            const scene = engine.scene(text);
            return { scene, real: questionOf(engine, scene, 'chat').real };
          },
        });
      if (found) for (const rule of split) counted.add(rule);
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
