import { problem } from '../../../protocol/problem.ts';
import { handlers } from '../../../server/handler.ts';
import type { HandlersOf } from '../../../server/handler.ts';
import type { House } from '../../../server/house.ts';
import { dropFiles, dropLinks, keepLinks } from '../../files/access.ts';
import { linksIn } from '../../files/rules/links.ts';
import { isOpen, keepsRecordsIn } from '../../groups/access.ts';
import { canDecideAbout } from '../../groups/rights.ts';
import type { Role } from '../../groups/rights.ts';
import { roleIn } from '../../members/access.ts';
import { mentionsFor } from '../../mentions/access.ts';
import { unpinGone } from '../../pins/access.ts';
import { acceptedFor } from '../../regulation/access.ts';
import { sealedKey, sealOriginal } from '../../sealed/access.ts';
import { messageProblems } from '../protocol.ts';
import { changingActions, changingProblems } from '../protocol/changing.ts';
import { EDIT_HOURS, leftOf, RECALL_HOURS, VERSIONS_MOST } from '../rules.ts';
import { contentOf, formerVersions, messageStanding, saveEdit, saveRecall, versionsSeenBy } from '../store/changing.ts';

/** What becomes of a message after it was sent. The group's stream is held: edits and recalls of one group follow each other. */
export function changingHandlers(house: House): HandlersOf<typeof changingActions> {
  const key = sealedKey(house);

  return handlers(changingActions, {
    'message.edit': async (context, { group, message, text, mentions = [] }) => {
      const { actor, db, standing, now, announce } = context;
      if (standing.accepted === false) await acceptedFor(db, standing, actor.account);
      const it = await messageStanding(db, actor.account, group, message);
      if (!it) throw problem('not_found');
      if (it.recalledAt) throw messageProblems('message.gone');
      // Whoever sees it sees who wrote it: nothing is told by saying that it is not theirs.
      if (it.sender !== actor.account) throw problem('forbidden', { right: 'message.edit' });
      if (it.form?.card) throw messageProblems('message.card');
      if (it.form?.forwarded) throw changingProblems('message.not_own_words');
      if (text === '' && !it.form?.files) throw messageProblems('message.empty');
      const places = await mentionsFor(context, text, mentions, it.form?.mentions);
      const same = JSON.stringify(places) === JSON.stringify(it.form?.mentions ?? []);
      if (text === it.text && same) return {};
      if (leftOf(EDIT_HOURS, it.at.getTime(), now.getTime()) === 0)
        throw changingProblems('message.too_late', { hours: EDIT_HOURS });
      if (it.edits >= VERSIONS_MOST - 1)
        throw changingProblems('message.too_many_versions', { most: VERSIONS_MOST - 1 });
      await saveEdit(db, { group, message, text, mentions: places, at: now, handling: context.handling });
      await dropLinks(db, [message]);
      const links = linksIn(text);
      await keepLinks(db, [{ group, seq: it.seq, message, sender: actor.account, at: it.at, links }]);
      announce('message.edited', group, await contentOf(db, group, message), { message });
      return {};
    },

    'message.versions': async ({ actor, db }, { group, message }) => {
      const found = await versionsSeenBy(db, actor.account, group, message);
      if (found) {
        return {
          versions: found.map(({ text, mentions, at }) => ({
            text,
            ...(mentions ? { mentions: [...mentions] } : {}),
            at: at.getTime(),
          })),
        };
      }
      const it = await messageStanding(db, actor.account, group, message);
      throw it?.recalledAt ? messageProblems('message.gone') : problem('not_found');
    },

    'message.recall': async (context, { group, message }) => {
      const { actor, db, standing, now, announce, note } = context;
      const it = await messageStanding(db, actor.account, group, message);
      if (!it) throw problem('not_found');
      if (it.recalledAt) return {};
      if (it.form?.card) throw messageProblems('message.card');
      // A group that is frozen is read and nothing else.
      if (!(await isOpen(db, group))) throw problem('forbidden', { right: 'message.recall' });
      const own = it.sender === actor.account;
      const inTime = leftOf(RECALL_HOURS, it.at.getTime(), now.getTime()) > 0;
      if (!own || !inTime) {
        const leads = standing.can('message.recallOthers');
        if (own && !leads) throw changingProblems('message.too_late', { hours: RECALL_HOURS });
        const role = own || it.sender === null ? undefined : await roleIn(db, group, it.sender, now);
        // Whoever has left is nobody's superior any more.
        const below = own || canDecideAbout(standing.role as Role, role ?? 'member');
        if (!leads || !below) throw problem('forbidden', { right: 'message.recallOthers' });
      }
      if (await keepsRecordsIn(db, group)) {
        const versions = [
          ...(await formerVersions(db, group, message)),
          { text: it.text ?? '', mentions: it.form?.mentions ?? null, at: it.editedAt ?? it.at },
        ];
        await sealOriginal(db, key, {
          message,
          group,
          sender: it.sender,
          sentAt: it.at,
          recalledBy: actor.account,
          recalledAt: now,
          original: {
            versions: versions.map(({ text, mentions, at }) => ({
              text,
              ...(mentions ? { mentions: [...mentions] } : {}),
              at: at.getTime(),
            })),
            urgency: it.urgency,
            files: [...(it.form?.files ?? [])],
          },
        });
        // What it carried stays where it is, seen only by who opens the original.
      } else await dropFiles(db, [message]);
      await dropLinks(db, [message]);
      await unpinGone(context, group, message);
      await saveRecall(db, group, [message], actor.account, now);
      announce('message.recalled', group, { id: message });
      note(own || it.sender === null ? {} : { people: [it.sender] });
      return {};
    },
  });
}
