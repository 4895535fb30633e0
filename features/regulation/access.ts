import { problem } from '../../protocol/problem.ts';
import type { Database } from '../../server/database.ts';
import type { Standing } from '../../server/house.ts';
import { regulationProblems } from './protocol.ts';
import { hasAccepted } from './rules/accepted.ts';
import { acceptorOf } from './store.ts';

/**
 * Fails with `regulation.not_accepted` where somebody may not write before they have accepted. Costs nothing for who has: that is known with
 * their standing, and proved by the version of the rights, which publishing raises. Who had not is asked for again, so that
 * accepting takes effect at once, whatever is remembered.
 */
export async function acceptedFor(db: Database, standing: Standing, account: string): Promise<void> {
  if (standing.accepted !== false) return;
  const acceptor = await acceptorOf(db, standing.group, account);
  if (!acceptor) throw problem('not_found');
  if (!hasAccepted(acceptor)) throw regulationProblems('regulation.not_accepted', { version: acceptor.version });
  // Nobody takes it back: only a new version ends it, which ends what is remembered too.
  standing.accepted = true;
}
