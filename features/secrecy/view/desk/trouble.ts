import { Problem } from '../../../../protocol/problem.ts';
import { isUnreachable } from '../../../../web/connection.ts';
import { isGuarded } from '../../../../web/guarded.ts';
import { strings } from '../../strings/desk.ts';

/** Why something on the desk was not done. */
export function refusalWords(error: unknown): string {
  if (isUnreachable(error)) return strings('offline');
  if (!(error instanceof Problem)) return strings('failed');
  if (isGuarded(error.code)) return strings('noteMarked');
  switch (error.code) {
    case 'confirm_needed':
      return strings('confirm');
    case 'incident.decided':
      return strings('decidedAlready');
    case 'incident.own':
      return strings('decidedOwn');
    case 'ruleset.own':
      return strings('own');
    case 'ruleset.officer_missing':
      return strings('officerMissing');
    case 'ruleset.waiting':
      return strings('anotherWaits');
    case 'ruleset.unchanged':
      return strings('unchanged');
    case 'ruleset.decided':
      return strings('ruleDecided');
    case 'ruleset.faulty': {
      const faults = (error.details['faults'] ?? []) as readonly { rule?: string; id?: string }[];
      return strings('faulty', { where: faults.map((it) => it.rule ?? it.id ?? '').join(', ') });
    }
    case 'secrecy.queue':
      return strings('busy');
    case 'rescan.no_message':
      return strings('inPlace');
    case 'rescan.running':
      return strings('already');
    default:
      return strings('failed');
  }
}
