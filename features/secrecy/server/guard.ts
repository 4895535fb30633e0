import { createHmac } from 'node:crypto';

import { problem } from '../../../protocol/problem.ts';
import type { Problem } from '../../../protocol/problem.ts';
import { GuardStarved } from '../../../server/guard.ts';
import type { Guard, GuardedAct, GuardedFile, Passed } from '../../../server/guard.ts';
import type { House } from '../../../server/house.ts';
import { mac } from '../../../server/keys.ts';
import { extensionOf } from '../../files/rules.ts';
import type { Checker } from '../check/run.ts';
import { secrecyProblems } from '../protocol.ts';
import { HANDLINGS } from '../rules/verdict.ts';
import type { Handling, Verdict } from '../rules/verdict.ts';
import { forwardedText, saidAround, saidSince, wasDone } from '../store.ts';
import type { Incidents } from './incidents.ts';
import type { Rulebook } from './rulebook.ts';
import { textsOf } from './texts.ts';
import type { Blob, Text } from './texts.ts';
import { PIECE_MOST, UnderWay, WINDOW_MOST, WINDOW_MS, windowsOf } from './window.ts';
import type { Said } from './window.ts';

/** Files of one person that may be read or wait for it at once; uploads have their own limit. */
const FILES_MOST = 40;
/** Letters that are judged on the spot; more than this is read by a process of its own, as files are. */
const TEXT_MOST = 200_000;
/** Fields of one act that could be pieces of something: the choices of a poll, the lines of a list. Nobody writes more of them. */
const PIECES_MOST = 400;

interface Room {
  readonly house: House;
  readonly key: Buffer;
  readonly rulebook: Rulebook;
  readonly incidents: Incidents;
  readonly checker: Checker;
}

/** Something short that somebody says in a group. */
interface Piece extends Said {
  readonly key: string;
  readonly group: string;
  readonly account: string;
  /** In the place of what the message said before. */
  readonly edits: boolean;
}

/** What was refused, as an incident tells it. */
interface Trace {
  readonly bytes: number;
  readonly digest: Buffer;
  readonly nameDigest: Buffer | null;
}

export function openGuard(room: Room): Guard {
  const { house, key, rulebook, incidents, checker } = room;
  const underWay = new UnderWay();
  const files = new Map<string, number>();

  const traceOf = (text: string): Trace => ({
    bytes: Buffer.byteLength(text),
    digest: createHmac('sha256', key).update(text).digest(),
    nameDigest: null,
  });
  const nameDigestOf = (name: string): Buffer => mac(key, 'name', name);

  async function refuse(
    it: {
      readonly account: string | null;
      readonly address: string;
      readonly group: string | null;
      readonly channel: string;
    },
    kind: 'marked' | 'unchecked',
    rules: readonly string[],
    trace: Trace,
  ): Promise<Problem> {
    const { version } = rulebook.current.set;
    const incident = await incidents.record({ ...it, kind, rules, version, ...trace });
    return secrecyProblems(kind === 'marked' ? 'secrecy.marked' : 'secrecy.unchecked', { incident });
  }

  async function text(act: GuardedAct): Promise<Passed> {
    const { name, spec, input } = act;
    const { texts: given, blobs } = textsOf(name, spec, input);
    const texts = [...given, ...(await forwarded(act))];
    let handling: Handling | undefined;
    const marks = (verdict: Verdict): void => void (handling = stricter(handling, verdict.handling));

    const found = (await judged(act, texts, marks)) ?? (await blobsJudged(act, blobs));
    if (!found) {
      const piece = pieceOf(act, texts);
      if (piece) underWay.add(piece.key, { id: piece.id, text: piece.text, at: house.now().getTime() });
      return handling ? { handling } : {};
    }
    // It was accepted once: it is answered what it was answered.
    if (act.id !== undefined && act.owner !== undefined && (await wasDone(house.db, act.owner, act.id, name)))
      return {};
    const { group } = (input ?? {}) as { group?: unknown };
    throw await refuse(
      {
        account: act.caller.actor?.account ?? null,
        address: act.caller.address,
        group: spec.scope === 'group' && typeof group === 'string' ? group : null,
        channel: name,
      },
      found.kind,
      found.rules,
      found.trace,
    );
  }

  interface Found {
    readonly kind: 'marked' | 'unchecked';
    readonly rules: readonly string[];
    readonly trace: Trace;
  }

  async function judged(
    act: GuardedAct,
    texts: readonly Text[],
    marks: (verdict: Verdict) => void,
  ): Promise<Found | undefined> {
    const { judge } = rulebook.current;
    const marked = (verdict: Verdict, trace: () => Trace): Found | undefined => {
      marks(verdict);
      return verdict.refused ? { kind: 'marked', rules: verdict.rules, trace: trace() } : undefined;
    };
    for (const it of texts) {
      if (it.text.length > TEXT_MOST) {
        const bytes = Buffer.from(it.text);
        const found = await blobJudged(act, { name: 'a.txt', extension: 'txt', bytes }, marks);
        if (found) return found;
        continue;
      }
      const found = marked(judge.text(it.text, { kind: it.hint }), () => traceOf(it.text));
      if (found) return found;
    }
    // What is cut into pieces over the fields of one act: whatever stretch of them ends with a piece.
    const short = texts.filter((it) => it.text.length <= PIECE_MOST).map((it) => it.text);
    const ends = short.flatMap((it, at) => (at > 0 && judge.fragment(it) ? [at + 1] : []));
    if (ends.length > PIECES_MOST) return { kind: 'unchecked', rules: [], trace: traceOf(short.join('\n')) };
    for (const end of ends) {
      const together = short.slice(Math.max(0, end - WINDOW_MOST), end);
      const found = marked(judge.window(together), () => traceOf(together.join('\n')));
      if (found) return found;
    }
    const piece = pieceOf(act, texts);
    if (!piece || !judge.fragment(piece.text)) return undefined;
    for (const window of await windows(piece)) {
      const found = marked(judge.window(window), () => traceOf(piece.text));
      if (found) return found;
    }
    return undefined;
  }

  /** What somebody says in a group with this act, if it is short enough to be a piece of something. */
  function pieceOf({ name, input, id, caller }: GuardedAct, texts: readonly Text[]): Piece | undefined {
    if (name !== 'message.send' && name !== 'message.edit') return undefined;
    const said = texts.find((it) => it.field === 'text' || it.field === 'forward')?.text;
    if (said === undefined || said.length > PIECE_MOST || !caller.actor) return undefined;
    const { group, message } = input as { group: string; message?: string };
    const { account } = caller.actor;
    return {
      key: `${group} ${account}`,
      group,
      account,
      id: message ?? id ?? '',
      edits: message !== undefined,
      text: said,
    };
  }

  /** What it may come to stand together with: what the same person has just said there, or what stands around what is edited. */
  async function windows(piece: Piece): Promise<string[][]> {
    const { group, account, id, edits } = piece;
    const now = house.now().getTime();
    const asked = { group, account, longest: PIECE_MOST, most: WINDOW_MOST };
    const recent = await saidSince(house.db, { ...asked, since: new Date(now - WINDOW_MS) });
    const coming = underWay.of(piece.key, id, now);
    if (!edits)
      // Its own first copy is not what came before it.
      return windowsOf(
        recent.filter((it) => it.id !== id),
        coming,
        piece,
      );
    const around = await saidAround(house.db, { ...asked, message: id });
    return [...windowsOf(around, coming, piece), ...windowsOf(recent, coming, piece)];
  }

  /** What is carried on is said anew. */
  async function forwarded({ name, input, caller }: GuardedAct): Promise<Text[]> {
    const { forward } = (input ?? {}) as { forward?: { group: string; message: string } };
    if (name !== 'message.send' || !forward || !caller.actor) return [];
    const said = await forwardedText(house.db, { ...forward, account: caller.actor.account });
    return said ? [{ field: 'forward', hint: 'chat', text: said }] : [];
  }

  async function blobsJudged(act: GuardedAct, blobs: readonly Blob[]): Promise<Found | undefined> {
    for (const blob of blobs) {
      const bytes = Buffer.from(blob.base64, 'base64');
      const extension = blob.isTable ? tableOf(bytes) : extensionOfBytes(blob.name, bytes);
      // What is none of the kinds that are read is refused by whoever takes it, and nothing of it is kept.
      if (extension === undefined) continue;
      const found = await blobJudged(act, { name: blob.name, extension, bytes }, () => undefined);
      if (found) return found;
    }
    return undefined;
  }

  async function blobJudged(
    act: GuardedAct,
    it: { readonly name: string; readonly extension: string; readonly bytes: Buffer },
    marks: (verdict: Verdict) => void,
  ): Promise<Found | undefined> {
    const { bytes, name, extension } = it;
    const person = act.caller.actor?.account ?? act.caller.address;
    const trace = {
      bytes: bytes.length,
      digest: createHmac('sha256', key).update(bytes).digest(),
      nameDigest: name ? nameDigestOf(name) : null,
    };
    const checked = await inTurn(person, () =>
      checker.check(rulebook.current.set, person, {
        name,
        extension,
        bytes: bytes.length,
        async *read() {
          yield bytes;
        },
      }),
    );
    if ('starved' in checked) throw problem('busy', { wait: 5 });
    if ('unchecked' in checked) return { kind: 'unchecked', rules: [], trace };
    marks(checked);
    return checked.refused ? { kind: 'marked', rules: checked.rules, trace } : undefined;
  }

  async function inTurn<T>(person: string, run: () => Promise<T>): Promise<T> {
    const before = files.get(person) ?? 0;
    if (before >= FILES_MOST) throw secrecyProblems('secrecy.queue', { most: FILES_MOST, wait: 30 });
    files.set(person, before + 1);
    try {
      return await run();
    } finally {
      const left = files.get(person)! - 1;
      if (left === 0) files.delete(person);
      else files.set(person, left);
    }
  }

  async function fileTrace(file: GuardedFile): Promise<Trace> {
    const hash = createHmac('sha256', key);
    for await (const piece of file.read()) hash.update(piece);
    return { bytes: file.bytes, digest: hash.digest(), nameDigest: nameDigestOf(file.name) };
  }

  const whose = ({ account, channel = 'file' }: GuardedFile) => ({ account, address: '', group: null, channel });

  return {
    text,

    async file(file) {
      const { account, name, bytes } = file;
      const person = account ?? 'outside';
      const checked = await inTurn(person, () =>
        checker.check(rulebook.current.set, person, {
          name,
          extension: extensionOf(name),
          bytes,
          read: () => file.read(),
        }),
      );
      if ('starved' in checked) throw new GuardStarved();
      if ('unchecked' in checked) throw await refuse(whose(file), 'unchecked', [], await fileTrace(file));
      if (checked.refused) throw await refuse(whose(file), 'marked', checked.rules, await fileTrace(file));
      return checked.handling ? { handling: checked.handling } : {};
    },

    async unread(file) {
      const { version } = rulebook.current.set;
      const trace = await fileTrace(file);
      return incidents.record({ ...whose(file), kind: 'unchecked', rules: [], version, ...trace });
    },
  };
}

function stricter(one: Handling | undefined, other: Handling | undefined): Handling | undefined {
  if (!one || !other) return one ?? other;
  return HANDLINGS.indexOf(one) > HANDLINGS.indexOf(other) ? one : other;
}

const ZIP = 'PK\u0003\u0004';

/** As a list of people is read, whatever it is called. */
const tableOf = (bytes: Buffer): string => (bytes.toString('latin1', 0, 4) === ZIP ? 'xlsx' : 'csv');

/** What the bytes of an input are, where it does not come with a name that says it. */
function extensionOfBytes(name: string, bytes: Buffer): string | undefined {
  const begins = bytes.toString('latin1', 0, 12);
  if (begins.startsWith('\u00ff\u00d8\u00ff')) return 'jpg';
  if (begins.startsWith('\u0089PNG')) return 'png';
  if (begins.startsWith('GIF8')) return 'gif';
  if (begins.startsWith('RIFF') && begins.slice(8) === 'WEBP') return 'webp';
  if (begins.startsWith('%PDF-')) return 'pdf';
  const said = extensionOf(name);
  if (begins.startsWith(ZIP)) return ['docx', 'xlsx', 'pptx', 'odt', 'ods', 'odp', 'zip'].includes(said) ? said : 'zip';
  return ['csv', 'txt', 'rtf', 'doc', 'eml', 'html'].includes(said) ? said : undefined;
}
