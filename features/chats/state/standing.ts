import type { EventFrame } from '../../../protocol/frame.ts';
import { paceOf, rightsOf, withRights } from '../../groups/rights.ts';
import type { Exceptions, Holders, Role } from '../../groups/rights.ts';
import type { Chat } from '../protocol.ts';

interface Governed {
  readonly rights?: Record<string, Holders>;
  readonly announcing?: boolean;
  readonly marking?: boolean;
  readonly slow?: number;
  readonly records?: boolean;
  readonly approval?: boolean;
  readonly approver?: { account: string } | null;
}

/** How the actor stands in a chat after this event of its stream; undefined where it changes nothing of that. */
export function standingAfter(chat: Chat, frame: EventFrame, account: string): Chat | undefined {
  const next = changed(chat, frame, account);
  if (!next) return undefined;
  const state = next.dissolvesAt !== null ? 'dissolving' : next.archived ? 'archived' : 'open';
  return { ...next, state, rights: rightsOf({ ...next, state }) };
}

function changed(chat: Chat, frame: EventFrame, account: string): Chat | undefined {
  switch (frame.on) {
    case 'group.governed': {
      const { rights, approval, approver, ...rest } = frame.with as Governed;
      return {
        ...chat,
        settings: withRights(chat.kind, { ...chat.settings, ...rest }, rights ?? {}),
        approval: approval ?? chat.approval,
        approver: approver === undefined ? chat.approver : approver?.account === account,
      };
    }
    case 'group.archived':
      return { ...chat, archived: (frame.with as { on: boolean }).on };
    case 'group.dissolving':
      return { ...chat, dissolvesAt: (frame.with as { at: number }).at };
    case 'group.kept':
      return { ...chat, dissolvesAt: null };
    case 'group.handedOver': {
      const { from, to } = frame.with as { from: { account: string } | null; to: { account: string } };
      if (to.account === account) return { ...chat, role: 'owner', roleUntil: null, exceptions: {} };
      return from?.account === account ? { ...chat, role: 'member', roleUntil: null } : undefined;
    }
    case 'member.appointed': {
      const { accounts, role, until } = frame.with as { accounts: string[]; role: Role; until: number | null };
      return accounts.includes(account) ? { ...chat, role, roleUntil: until } : undefined;
    }
    case 'member.termEnded':
      return (frame.with as { accounts: string[] }).accounts.includes(account)
        ? { ...chat, role: 'member', roleUntil: null }
        : undefined;
    case 'member.excepted': {
      const it = frame.with as { accounts: string[]; right: string; allowed: boolean | null; until: number | null };
      if (!it.accounts.includes(account)) return undefined;
      const { [it.right]: _was, ...rest } = chat.exceptions;
      const exceptions: Exceptions =
        it.allowed === null ? rest : { ...rest, [it.right]: { allowed: it.allowed, until: it.until } };
      return { ...chat, exceptions };
    }
    default:
      return undefined;
  }
}

/** When the actor may write again, in slow mode; undefined where they need not wait. */
export function writesAgainAt(chat: Chat): number | undefined {
  const pace = paceOf(chat);
  return pace > 0 && chat.wroteAt !== null ? chat.wroteAt + pace * 1_000 : undefined;
}
