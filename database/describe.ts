import pg from 'pg';

interface Column {
  table: string;
  name: string;
  type: string;
  needed: boolean;
  fallback: string | null;
  identity: string;
  generated: string;
  comment: string | null;
}

interface Part {
  table: string;
  name: string;
  definition: string;
  comment: string | null;
}

// The bookkeeping of database/migrate.ts is not ours to read here.
const OURS = `n.nspname = 'public' and c.relname <> 'migrations'`;
const NO_EXTENSION = (oid: string, catalog: string): string =>
  `not exists (select from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = ${oid} and d.deptype = 'e')`;

/**
 * The schema as it stands in the catalogs, written to be read: tables in the order they were made, each column on one
 * line with what it means. The same from PostgreSQL 15 and 18.
 */
export async function describeSchema(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`set search_path to public, pg_catalog`);
    const rows = async <T extends object>(text: string): Promise<T[]> => (await client.query<T>(text)).rows;
    const extensions = await rows<{ name: string }>(
      `select extname as name from pg_extension where extname <> 'plpgsql' order by 1`,
    );
    const types = await rows<{ name: string; labels: string[] }>(`
      select t.typname as name, array_agg(e.enumlabel::text order by e.enumsortorder) as labels
      from pg_type t join pg_enum e on e.enumtypid = t.oid join pg_namespace n on n.oid = t.typnamespace
      where n.nspname = 'public' group by t.oid, t.typname order by t.oid`);
    const functions = await rows<{ definition: string }>(`
      select pg_get_functiondef(p.oid) as definition from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = 'public' and p.prokind in ('f', 'p') and ${NO_EXTENSION('p.oid', 'pg_proc')} order by p.oid`);
    const tables = await rows<{
      name: string;
      comment: string | null;
      partition: string | null;
      parts: string | null;
      options: string[] | null;
    }>(`
      select c.relname as name, obj_description(c.oid, 'pg_class') as comment, c.reloptions as options,
        case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as partition,
        -- Partitions are alike but for their bounds: the table says how many there are, and what they are set to.
        (select count(*) || ' partitions, ' || min(p.relname) || ' and on'
            || coalesce(', each with (' || min(array_to_string(p.reloptions, ', ')) || ')', '')
          from pg_inherits i join pg_class p on p.oid = i.inhrelid where i.inhparent = c.oid having count(*) > 0) as parts
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and not c.relispartition and ${OURS} and ${NO_EXTENSION('c.oid', 'pg_class')} order by c.oid`);
    const columns = await rows<Column>(`
      select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as needed,
        pg_get_expr(d.adbin, d.adrelid) as fallback, a.attidentity as identity, a.attgenerated as generated,
        col_description(c.oid, a.attnum) as comment
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where c.relkind in ('r', 'p') and ${OURS} and a.attnum > 0 and not a.attisdropped order by a.attnum`);
    // 'n', not null, is a constraint of its own only from PostgreSQL 18 on; it stands with the column.
    const constraints = await rows<Part>(`
      select c.relname as table, k.conname as name, pg_get_constraintdef(k.oid, true) as definition,
        obj_description(k.oid, 'pg_constraint') as comment
      from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
      where ${OURS} and k.contype in ('p', 'u', 'c', 'f', 'x')
      order by position(k.contype::text in 'pucfx'), k.conname`);
    const indexes = await rows<Part>(`
      select c.relname as table, x.relname as name, pg_get_indexdef(x.oid) as definition,
        obj_description(x.oid, 'pg_class') as comment
      from pg_index i join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
      join pg_namespace n on n.oid = c.relnamespace
      where ${OURS} and not exists (select from pg_constraint k where k.conindid = x.oid and k.contype in ('p', 'u', 'x'))
      order by x.relname`);
    const triggers = await rows<Part>(`
      select c.relname as table, t.tgname as name, pg_get_triggerdef(t.oid, true) as definition,
        obj_description(t.oid, 'pg_trigger') as comment
      from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
      where ${OURS} and not t.tgisinternal order by t.tgname`);
    const views = await rows<{ name: string; definition: string; comment: string | null; kind: string }>(`
      select c.relname as name, pg_get_viewdef(c.oid, true) as definition, obj_description(c.oid, 'pg_class') as comment,
        case c.relkind when 'm' then 'materialized view' else 'view' end as kind
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('v', 'm') and ${OURS} and ${NO_EXTENSION('c.oid', 'pg_class')} order by c.oid`);

    const parts: string[] = [
      '-- Written by bin/schema.ts from the migrations, to be read. Change it by a new migration.',
    ];
    if (extensions.length > 0) parts.push(extensions.map(({ name }) => `create extension ${name};`).join('\n'));
    for (const { name, labels } of types)
      parts.push(`create type ${name} as enum (${labels.map((label) => `'${label}'`).join(', ')});`);
    for (const { definition } of functions) parts.push(`${definition.trim()};`);
    for (const table of tables) {
      const of = <T extends { table: string }>(list: T[]): T[] => list.filter((each) => each.table === table.name);
      const below = [...of(indexes), ...of(triggers)].map(
        ({ definition, comment }) => `${comment ? `${remark(comment)}\n` : ''}${tidy(definition)};`,
      );
      parts.push([tableText(table, of(columns), of(constraints)), ...below].join('\n'));
    }
    for (const { name, definition, comment, kind } of views) {
      parts.push(`${comment ? `${remark(comment)}\n` : ''}create ${kind} ${name} as\n${definition.trim()}`);
    }
    return `${parts.join('\n\n')}\n`;
  } finally {
    await client.end();
  }
}

function tableText(
  table: {
    name: string;
    comment: string | null;
    partition: string | null;
    parts: string | null;
    options: string[] | null;
  },
  columns: Column[],
  constraints: Part[],
): string {
  const head = table.comment ? `${remark(table.comment)}\n` : '';
  const names = Math.max(...columns.map(({ name }) => quoted(name).length), 0);
  const lines: [string, string | null][] = columns.map((column) => [
    `${quoted(column.name).padEnd(names)} ${columnText(column)}`,
    column.comment,
  ]);
  for (const { definition, comment } of constraints) lines.push([tidy(definition), comment]);
  const body = lines.map(([text, comment], index) => {
    const comma = index < lines.length - 1 ? ',' : '';
    return `  ${text}${comma}${comment ? `  -- ${comment.replaceAll('\n', ' ')}` : ''}`;
  });
  const tail = `${table.partition ? ` partition by ${tidy(table.partition)}` : ''}${table.options ? ` with (${table.options.join(', ')})` : ''}`;
  return `${head}create table ${table.name} (\n${body.join('\n')}\n)${tail};${table.parts ? ` -- ${table.parts}` : ''}`;
}

function columnText({ type, needed, fallback, identity, generated }: Column): string {
  const parts = [
    type.replace('timestamp with time zone', 'timestamptz').replace('timestamp without time zone', 'timestamp'),
  ];
  if (needed) parts.push('not null');
  if (generated) parts.push(`generated always as (${fallback}) stored`);
  else if (identity) parts.push(`generated ${identity === 'a' ? 'always' : 'by default'} as identity`);
  else if (fallback !== null) parts.push(`default ${fallback}`);
  return parts.join(' ');
}

const remark = (comment: string): string =>
  comment
    .split('\n')
    .map((line) => `-- ${line}`)
    .join('\n');

const quoted = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name}"`);

/** Keywords small, as in the migrations; the schema's name, which is always the same, left out. */
function tidy(definition: string): string {
  return definition
    .replaceAll(
      /\b(PRIMARY KEY|FOREIGN KEY|REFERENCES|UNIQUE|NULLS NOT DISTINCT|CHECK|ON DELETE|ON UPDATE|CASCADE|RESTRICT|SET NULL|SET DEFAULT|DEFERRABLE|INITIALLY DEFERRED|EXCLUDE|CREATE|TRIGGER|BEFORE|AFTER|INSERT|UPDATE OF|UPDATE|DELETE|FOR EACH ROW|FOR EACH STATEMENT|EXECUTE FUNCTION|INDEX|ON ONLY|ON|USING|INCLUDE|WHERE|WITH|AND|OR|NOT|IS|NULL|ANY|ARRAY|RANGE|LIST|HASH|DESC|ASC|COLLATE|IN)\b(?=(?:[^']*'[^']*')*[^']*$)/g,
      (word) => word.toLowerCase(),
    )
    .replaceAll('public.', '')
    .replace(' using btree', '')
    .replace(/ on only (?=[a-z_]+ )/, ' on ');
}
