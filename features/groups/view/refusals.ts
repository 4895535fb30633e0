import { Problem } from '../../../protocol/problem.ts';
import { isUnreachable } from '../../../web/connection.ts';
import { formatSpan } from '../../../web/format.ts';
import { isGuarded } from '../../../web/guarded.ts';
import { displayName } from '../../../web/names.ts';
import { RIGHTS } from '../rights.ts';
import type { Right } from '../rights.ts';
import { MEMBERS_MOST } from '../rules.ts';
import { guardWords } from '../../secrecy/view/words.ts';
import { strings } from '../strings.ts';
import { rightWords } from './right-words.ts';

/** Why something about a group could not be done, in a sentence. Faults of our own are thrown on. */
export function refusalWords(
  error: unknown,
  nameOf: (account: string) => string | undefined = () => undefined,
): string {
  if (!(error instanceof Problem)) throw error;
  if (isUnreachable(error)) return strings('noLine');
  if (isGuarded(error.code)) return guardWords(error.code);
  const { details } = error;
  switch (error.code) {
    case 'group.unknown_person': {
      const names = ((details['accounts'] as string[] | undefined) ?? []).map((it) => nameOf(it)).filter(Boolean);
      return strings('personGone', { names: names.map((it) => displayName(it!)).join(', ') || '?' });
    }
    case 'group.unknown_area':
      return strings('areaGone');
    case 'group.too_many_members':
      return strings('groupFull', { n: Number(details['most'] ?? MEMBERS_MOST) });
    case 'group.photo_unreadable':
    case 'too_large':
      return strings('photoUnreadable');
    case 'invitation.not_allowed':
      return strings('inviteRefused');
    case 'invitation.too_many':
      return strings('inviteLimit', { n: Number(details['most'] ?? 0) });
    case 'too_fast':
      return strings('tooFast', { wait: formatSpan(Number(details['wait'] ?? 60)) });
    case 'forbidden':
      return forbiddenWords(String(details['right'] ?? ''), details['holders'] === 'owner');
    case 'member.owner_stays':
      return strings('ownerStays');
    case 'member.leads':
      return strings('leads');
    case 'member.own_history':
      return strings('ownHistory');
    case 'member.term_over':
      return strings('termOver');
    case 'transfer.none':
      return strings('noOffer');
    case 'group.approver_missing':
      return strings('approverMissing');
    case 'group.not_dissolving':
      return strings('notDissolving');
    case 'not_found':
      return strings('gone');
    case 'fault':
      return strings('fault', { id: String(details['id'] ?? '') });
    default:
      return strings('refused');
  }
}

/** Who may, where that follows from the right; else just that it is not the actor. */
function forbiddenWords(right: string, ownerOnly: boolean): string {
  const act = rightWords(right);
  if (act === '') return strings('refused');
  const { holders, ...row } = RIGHTS[right as Right];
  if (ownerOnly || holders === 'owner') return strings('ownerMay', { act });
  return 'fixed' in row ? strings('mayNot', { act }) : strings('notYou', { act });
}
