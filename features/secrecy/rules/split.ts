import type { Scene } from './context.ts';
import type { Hit } from './match.ts';
import { levelsIn } from './match.ts';
import { Kind, lettersOf } from './normalize.ts';

/** Messages looked at together. */
export const WINDOW_MOST = 10;
/** Longest message that counts as a piece. */
export const PIECE_MOST = 80;
/** Longest message that is read as a part of a line with those beside it. */
const SHORT_MOST = 28;

/** What a marking is cut from, with the label that goes before it. */
const WHOLE = ['tuyetmat', 'toimat', 'domattuyetmat', 'domattoimat', 'domatmat', 'mucdomat', 'tuietmat'];
const FIGURES: Readonly<Record<string, string>> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '7': 't', '@': 'a' };

/** Letters of a text, and nothing else of it. */
function lettersIn(text: string): string {
  const { plain, kinds } = lettersOf(text);
  let letters = '';
  for (let at = 0; at < kinds.length; at += 1) {
    letters += kinds[at] === Kind.Letter ? plain[at]! : kinds.length < 12 ? (FIGURES[plain[at]!] ?? '') : '';
  }
  return letters;
}

/** Nothing but letters that follow one another in a marking. */
function isPiece(text: string): boolean {
  if (text.length === 0 || text.length > PIECE_MOST) return false;
  const letters = lettersIn(text);
  if (letters === '' || letters.length > 24) return false;
  const once = letters.replace(/(.)\1+/gu, '$1').replace(/l/gu, 'i');
  return WHOLE.some((whole) => whole.includes(once));
}

/** A message that could be a part of a marking that is sent in several. */
export function isFragment(text: string): boolean {
  if (text.length > PIECE_MOST) return false;
  if (isPiece(text)) return true;
  const { plain } = lettersOf(text);
  const words = plain.split(/[^a-z]+/u).filter((word) => word !== '');
  const first = words[0] ?? '';
  const last = words.at(-1) ?? '';
  return (
    words.includes('mat') ||
    /^(?:mat|at|t|yet|uyet|et|oi|i)$/u.test(first) ||
    /^(?:tuyet|toi|tuy|tu|to|ma|m|t)$/u.test(last)
  );
}

interface Tools {
  readonly refuses: (text: string) => boolean;
  readonly scene: (text: string) => { readonly scene: Scene; readonly real: readonly boolean[] };
}

const squeezed = (text: string): string => lettersOf(text).clean.replace(/[\s\p{P}]/gu, '');

/** Pieces one after another are a level, whatever else was said between them. */
function byLetters(texts: readonly string[]): boolean {
  const pieces = texts.filter(isPiece);
  for (let from = 0; from < pieces.length - 1; from += 1) {
    const rest = pieces.slice(from);
    const joined = squeezed(rest.join(''));
    const last = squeezed(rest.at(-1)!);
    const hit = levelsIn(lettersOf(joined)).find((each) => each.end === joined.length);
    // “Độ mật: …”, “t”: it stood there before its last letter came once more.
    const seam = joined.length - last.length;
    if (!hit || hit.start >= seam) continue;
    if (levelsIn(lettersOf(joined.slice(0, seam))).some((it) => it.end === seam && it.start === hit.start)) continue;
    if (isMeant(hit, rest)) return true;
  }
  return false;
}

/** Without its marks “mat” is meant only letter by letter. */
function isMeant(hit: Hit, pieces: readonly string[]): boolean {
  return hit.tone > 0 || hit.firstTone === 2 || hit.level > 1 || pieces.length > 2;
}

/** The seam of two messages lies within a level: “Kế hoạch MẬ”, “T nhé”. */
function overSeam(texts: readonly string[], glue: string, { scene: sceneOf }: Tools): boolean {
  const whole = texts.join(glue);
  const seams: number[] = [];
  let length = 0;
  for (const text of texts) {
    length += lettersOf(text).clean.length;
    seams.push(length);
    length += glue.length;
  }
  const { scene, real } = sceneOf(whole);
  if (scene.letters.clean.length !== length - glue.length) return false;
  return scene.hits.some((hit, index) => {
    if (hit.tone < 2 || !real[index] || (hit.glued && glue === '')) return false;
    const { plain } = scene.letters;
    const lettersOfPart = (from: number, to: number): string =>
      plain
        .slice(from, to)
        .replace(/[^a-z]/gu, '')
        .replace(/(.)\1+/gu, '$1');
    // “5m”, “mật mã”: the level stands whole on one side, and a letter of it is repeated on the other.
    const cuts = (seam: number): boolean =>
      seam > hit.start &&
      seam < hit.end &&
      !lettersOfPart(hit.start, seam).endsWith('mat') &&
      (seam <= hit.mat || !lettersOfPart(seam, hit.end).startsWith('mat'));
    if (!seams.some(cuts)) return false;
    const between = hit.level > 1 && seams.some((seam) => seam > hit.start && seam <= hit.mat);
    if (!between)
      return (
        hit.level > 1 ||
        !lettersOfPart(
          seams.find((seam) => seam > hit.start)!,
          hit.end,
        ).endsWith('mat')
      );
    // “… tuyệt”, “mật …”; an evening may end one message and honey begin the next.
    return glue !== '' && hit.firstTone === 2 && (hit.level === 3 || hit.letters === 'upper');
  });
}

const isLevel = (text: string): boolean => ['mat', 'toimat', 'tuyetmat'].includes(lettersIn(text));

/** The last messages read as one line: “Công văn”, “mật”, “số 12/UBND”. */
function asLine(texts: readonly string[], tools: Tools): boolean {
  for (const count of [2, 3]) {
    if (texts.length < count) return false;
    const last = texts.slice(-count);
    if (last.some((text) => text.length > SHORT_MOST || text.trim() === '')) return false;
    const line = last.map((text) => text.trim()).join(' ');
    const levelled = tools.scene(last.at(-1)!).real.includes(true) || isLevel(last.at(-2)!);
    if (levelled && tools.refuses(line)) return true;
    const [label, level] = [last.at(-2)!, last.at(-1)!];
    if (
      count === 2 &&
      lettersIn(level) === 'mat' &&
      tools.refuses(`${label.trim().replace(/:$/u, '')}: ${level.trim()}`)
    )
      return true;
  }
  return false;
}

/** Messages of one sender, oldest first, show a marking together that none of them shows by itself. */
export function inWindow(texts: readonly string[], tools: Tools): boolean {
  const last = texts.slice(-WINDOW_MOST).filter((text) => text.length <= PIECE_MOST);
  if (last.length < 2) return false;
  return byLetters(last) || overSeam(last, '', tools) || overSeam(last, ' ', tools) || asLine(last, tools);
}
