import { bareStatement, splitStatements } from './statements.ts';
import type { Migration } from './migrate.ts';

/** Migrations before this were written while nothing was released: no older program runs beside them. */
export const FENCED_FROM = 39;

/**
 * Why a migration must not run while people write and the version before still serves; empty where it may. Expand first: what is
 * new is added so that the older program does not mind; what it no longer needs is taken away a version later, by a file that says
 * which migration's program was the first without it (`-- unused since: 0036`). A table that stays small may be locked:
 * `-- small: units`. See docs/guides/change-the-database.md.
 */
export function objectionsTo(migration: Migration): string[] {
  const { sql, way, number, beside } = migration;
  const objections: string[] = [];
  const statements = splitStatements(sql).map(bareStatement);
  const small = new Set([...sql.matchAll(/^-- small: ([a-z0-9_, ]+)$/gm)].flatMap((it) => it[1]!.split(/[ ,]+/)));
  const unusedSince = /^-- unused since: (\d{4})\s*$/m.exec(sql)?.[1];
  const fresh = new Set(
    statements.flatMap((it) => /^create (?:unlogged )?table (?:if not exists )?([a-z0-9_]+)/.exec(it)?.[1] ?? []),
  );
  const free = (table: string | undefined): boolean => table !== undefined && (fresh.has(table) || small.has(table));
  const object = (what: string): void => void objections.push(what);

  if (!/^-- beside: \d{4}\s*$/m.test(sql))
    object('says not which programs may run beside it (-- beside: NNNN, the last migration of the oldest of them)');
  else if (unusedSince === undefined && beside >= number)
    object('lets no older program run beside it, though it takes nothing away');
  if (unusedSince !== undefined && Number(unusedSince) > beside)
    object(`takes away what programs before ${unusedSince} use, and lets them run beside it`);

  const added = new Set<string>();
  for (const it of statements) {
    const index = /^create (?:unique )?index (concurrently )?.*?\bon (?:only )?([a-z0-9_]+)/.exec(it);
    if (index?.[1] && way !== 'outside a transaction')
      object(`builds an index concurrently within a transaction (-- outside a transaction): ${it}`);
    if (index && !index[1] && !free(index[2]))
      object(`builds an index while nobody can write, not concurrently: ${it}`);
    if (/^drop index (?!concurrently)/.test(it)) object(`drops an index, not concurrently: ${it}`);
    if (/^reindex (?!.*concurrently)|^cluster\b|^vacuum full|^lock\b|^truncate\b|^do\b/.test(it))
      object(`locks a table for long, or hides what it does: ${it}`);
    if (/^drop (?:table|view|function|type|schema|sequence|trigger)\b/.test(it) && unusedSince === undefined)
      object(`takes away what the version before may use (-- unused since: NNNN): ${it}`);
    if (/^alter type\b/.test(it)) object(`changes a type: ${it}`);

    const alter = /^alter table (?:if exists )?(?:only )?([a-z0-9_]+) (.*)$/.exec(it);
    if (alter && !fresh.has(alter[1]!)) {
      const [, table, what] = alter as unknown as [string, string, string];
      if (/\brename\b/.test(what) && unusedSince === undefined)
        object(`renames what the version before calls otherwise: ${it}`);
      if (/\bdrop column\b/.test(what) && unusedSince === undefined)
        object(`drops a column that the version before may use (-- unused since: NNNN): ${it}`);
      if (/\balter (?:column )?[a-z0-9_"]+ (?:set data )?type\b/.test(what))
        object(`changes the type of a column: ${it}`);
      const column =
        /\badd column\b/.test(what) || /\badd (?!constraint|check|foreign|primary|unique|exclude)/.test(what);
      if (column && /\bnot null\b/.test(what) && !/\bdefault\b/.test(what))
        object(`adds a column that the version before does not fill: ${it}`);
      if (small.has(table)) continue;
      if (
        column &&
        /default [^,]*(?:random|uuid|clock_timestamp|timeofday|nextval)|\b(?:big|small)?serial\b|generated/.test(what)
      )
        object(`writes a table anew for a column: ${it}`);
      if (/\bset not null\b/.test(what) && !/^-- checked by: [a-z0-9_]+\s*$/m.test(sql))
        object(`reads a whole table while it is locked (a validated check first: -- checked by: its name): ${it}`);
      if (/\badd (?:constraint [a-z0-9_]+ )?(?:check|foreign key)\b/.test(what)) {
        if (!/\bnot valid\b/.test(what)) object(`reads a whole table while it is locked (not valid first): ${it}`);
        added.add(table);
      }
      if (
        /\badd (?:constraint [a-z0-9_]+ )?(?:unique|primary key|exclude)\b/.test(what) &&
        !/\busing index\b/.test(what)
      )
        object(`builds an index while nobody can write: ${it}`);
      if (/\bvalidate constraint\b/.test(what) && way === 'whole' && added.has(table))
        object(`reads a whole table while it is locked (validate in a later file): ${it}`);
      if (/\bset (?:logged|unlogged|tablespace|access method)\b/.test(what)) object(`writes a table anew: ${it}`);
    }

    const written = it.replaceAll(/\b(?:for(?: no key)?|on|do|before|after|or|of) (?:update|delete)\b/g, ' ');
    for (const [, table] of written.matchAll(/\b(?:update|delete from) (?:only )?([a-z0-9_]+)/g)) {
      if (free(table)) continue;
      if (way !== 'in batches') object(`changes a whole table at once (-- in batches): ${it}`);
      else if (!/\blimit \d+/.test(it)) object(`changes without a limit to a batch: ${it}`);
    }
  }
  return objections;
}
