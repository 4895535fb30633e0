import { problem } from '../../../protocol/problem.ts';
import { handlers } from '../../../server/handler.ts';
import type { AuditValue, HandlersOf } from '../../../server/handler.ts';
import { membersNamed } from '../../members/access.ts';
import { voidTransfer } from '../access.ts';
import { governingActions, governingProblems } from '../protocol/governing.ts';
import { canGive, firstHolders, readSettings, settingsToStore, withRights } from '../rights.ts';
import type { Right, Role, SettableRight } from '../rights.ts';
import { DISSOLVE_MS, NAMES_MOST } from '../rules.ts';
import { dissolvesAtOf, governedOf, namesOf, saveArchived, saveDissolvesAt, saveGoverned } from '../store/governing.ts';

/** What a group sets for itself, and how it ends. */
export function governingHandlers(): HandlersOf<typeof governingActions> {
  return handlers(governingActions, {
    'group.govern': async ({ standing, db, announce, note }, { group, rights: given = {}, ...wish }) => {
      const before = await governedOf(db, group);
      const { kind } = before;
      const settings = readSettings(kind, before.settings);
      const was = (right: Right) => settings.rights[right] ?? firstHolders(kind, right);
      const changed: Record<string, unknown> = {};
      const former: Record<string, AuditValue> = {};

      const rights = (Object.keys(given) as SettableRight[]).filter((it) => given[it] !== was(it));
      for (const right of rights) {
        if (!canGive(standing.role as Role, was(right), given[right]!))
          throw problem('forbidden', { right: 'group.govern', holders: 'owner' });
        former[right] = { from: was(right), to: given[right]! };
      }
      if (rights.length > 0) changed['rights'] = Object.fromEntries(rights.map((it) => [it, given[it]]));

      let next = withRights(kind, settings, given);
      for (const name of ['announcing', 'marking', 'slow', 'history', 'links', 'question', 'records'] as const) {
        const value = wish[name];
        if (value === undefined || value === settings[name]) continue;
        next = { ...next, [name]: value };
        changed[name] = value;
        // What people write is not the log’s to keep.
        former[name] = name === 'question' ? true : { from: settings[name], to: value };
      }
      const { approval = before.approval, approver = before.approver } = wish;
      if (approval !== before.approval) {
        changed['approval'] = approval;
        former['approval'] = { from: before.approval, to: approval };
      }
      if (approver !== before.approver) {
        const [person] = approver === null ? [] : await membersNamed(db, group, [approver]);
        if (approver !== null && (!person?.active || person.role === 'reader'))
          throw governingProblems('group.approver_missing');
        changed['approver'] = person ? { account: person.account, name: person.name } : null;
        former['approver'] = { from: before.approver, to: approver };
      }
      if (Object.keys(changed).length === 0) return {};
      await saveGoverned(db, group, { settings: settingsToStore(kind, next), approval, approver });
      announce('group.governed', group, changed);
      note({ details: former });
      return {};
    },

    'group.archive': async ({ standing, db, now, announce }, { group, on }) => {
      // Leaders govern wherever a group is not frozen.
      const frozen = !standing.can('group.govern');
      if (frozen === on) return {};
      await saveArchived(db, group, on ? now : null);
      announce('group.archived', group, { on });
      return {};
    },

    'group.dissolve': async ({ db, now, announce }, { group }) => {
      const planned = await dissolvesAtOf(db, group);
      if (planned) return { at: planned.getTime() };
      const at = new Date(now.getTime() + DISSOLVE_MS);
      await saveDissolvesAt(db, group, at);
      await voidTransfer({ db, announce }, group);
      announce('group.dissolving', group, { at: at.getTime() });
      return { at: at.getTime() };
    },

    'group.keep': async ({ db, now, announce }, { group }) => {
      const planned = await dissolvesAtOf(db, group);
      if (!planned || planned <= now) throw governingProblems('group.not_dissolving');
      await saveDissolvesAt(db, group, null);
      announce('group.kept', group, {});
      return {};
    },

    'group.names': async ({ db }, { group }) => {
      const names = await namesOf(db, group, NAMES_MOST);
      return { names: names.map((it) => ({ ...it, at: it.at.getTime() })) };
    },
  });
}
