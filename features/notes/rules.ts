import { canDecideAbout, isLeader } from '../groups/rights.ts';
import type { GroupState, Role } from '../groups/rights.ts';

/** Code points of a note’s title and text; 32 KiB of UTF-8 besides. */
export const TITLE_MOST = 200;
export const NOTE_MOST = 20_000;
/** Letters of the text that go with a card. */
export const BEGINNING_MOST = 400;
/** All that a note may have said, the version that stands among them. */
export const NOTE_VERSIONS_MOST = 200;
/** Notes of one answer, versions of one page, people of one page. */
export const NOTES_PAGE_MOST = 50;
export const NOTE_VERSIONS_PAGE_MOST = 50;
export const NOTE_READERS_PAGE_MOST = 200;

/** Who may edit a note besides its maker: everybody who may write at all, the leaders, nobody. */
export const EDITORS = ['all', 'leaders', 'maker'] as const;
export type Editors = (typeof EDITORS)[number];

/** How somebody stands in the group of a note. */
export interface NoteActor {
  readonly account: string;
  readonly role: Role;
  readonly state: GroupState;
}

interface Made {
  /** Who made it. */
  readonly maker: { readonly id: string };
  readonly editors: Editors;
}

/** May this person write a new version? What is frozen stays as it is; who may only read reads. */
export function canEditNote(actor: NoteActor, note: Made): boolean {
  if (actor.state !== 'open' || actor.role === 'reader') return false;
  if (note.maker.id === actor.account || note.editors === 'all') return true;
  return note.editors === 'leaders' && isLeader(actor.role);
}

/** May this person remove it, or change who may edit it? Its maker, and leaders who decide about its maker. */
export function canGovernNote(
  actor: NoteActor,
  note: Pick<Made, 'maker'> & { readonly makerRole: Role | null },
): boolean {
  if (actor.state !== 'open') return false;
  if (note.maker.id === actor.account) return true;
  // Whoever has left is nobody’s superior any more.
  return isLeader(actor.role) && canDecideAbout(actor.role, note.makerRole ?? 'member');
}

/** What is asked of this person: nothing, to say that they have read it, or nothing any more. */
export function askedOf(
  self: string,
  note: {
    readonly ask?: { readonly version: number; readonly by: string } | undefined;
    readonly acknowledged?: number | undefined;
  },
): 'nothing' | 'open' | 'done' {
  if (!note.ask || note.ask.by === self) return 'nothing';
  return (note.acknowledged ?? 0) >= note.ask.version ? 'done' : 'open';
}
