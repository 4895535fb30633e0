// Writes docs/api and protocol/fingerprint.json from the registry; with --check it only tells whether they are current.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

import { actions, events, problems } from '../features/contracts.ts';
import type { ActionSpec, Rate } from '../protocol/action.ts';
import type { EventSpec } from '../protocol/event.ts';
import { breaksBetween, choicesOf, fingerprintOf } from '../protocol/fence.ts';
import type { Fingerprint, JsonSchema } from '../protocol/fence.ts';
import { problem } from '../protocol/problem.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';

const root = join(import.meta.dirname, '..');
const FINGERPRINT = 'protocol/fingerprint.json';
const GENERATED = '<!-- Written by bin/api.ts from the registry. Do not edit. -->';

const nouns = new Map<string, { actions: [string, ActionSpec][]; events: [string, EventSpec][] }>();
for (const [name, spec] of Object.entries<ActionSpec>(actions)) nounOf(name).actions.push([name, spec]);
for (const [name, spec] of Object.entries<EventSpec>(events)) nounOf(name).events.push([name, spec]);

function nounOf(name: string) {
  const noun = name.split('.')[0]!;
  let found = nouns.get(noun);
  if (!found) nouns.set(noun, (found = { actions: [], events: [] }));
  return found;
}

/** A JSON Schema in the short hand of TypeScript, with limits behind two slashes. */
function shapeText(schema: JsonSchema, indent = ''): string {
  const choices = choicesOf(schema);
  if (choices) return choices.map((it) => shapeText(it, indent)).join(' | ');
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (schema['enum']) return (schema['enum'] as unknown[]).map((it) => JSON.stringify(it)).join(' | ');
  switch (schema['type']) {
    case 'object': {
      const fields = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
      const rest = schema['additionalProperties'];
      if (fields.length === 0)
        return rest && typeof rest === 'object' ? `{ [key]: ${shapeText(rest as JsonSchema, indent)} }` : '{}';
      const needed = new Set((schema['required'] ?? []) as string[]);
      const inner = `${indent}  `;
      const lines = fields.map(([key, field]) => {
        const text = `${inner}${key}${needed.has(key) ? '' : '?'}: ${shapeText(field, inner)};`;
        const notes = notesOf(field);
        return notes === '' ? text : `${text} // ${notes}`;
      });
      return `{\n${lines.join('\n')}\n${indent}}`;
    }
    case 'array': {
      const places = schema['prefixItems'] as readonly JsonSchema[] | undefined;
      if (places) return `[${places.map((it) => shapeText(it, indent)).join(', ')}]`;
      const element = shapeText((schema['items'] ?? {}) as JsonSchema, indent);
      return element.includes(' | ') && !element.startsWith('{') ? `(${element})[]` : `${element}[]`;
    }
    case 'string':
      return schema['description'] === 'A lower-case UUID' ? 'Id' : 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    default:
      return 'unknown';
  }
}

function notesOf(schema: JsonSchema): string {
  const notes: string[] = [];
  const { description, maxItems, minItems, maxLength, format, contentEncoding } = schema;
  if (typeof description === 'string' && description !== 'A lower-case UUID') notes.push(description);
  if (maxItems !== undefined || minItems !== undefined) notes.push(span(minItems, maxItems, 'elements'));
  if (maxLength !== undefined) notes.push(`at most ${String(maxLength)} UTF-16 units`);
  if (schema['type'] === 'integer' || schema['type'] === 'number') {
    const { minimum, maximum } = schema;
    const open = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER;
    if (minimum !== Number.MIN_SAFE_INTEGER && description === undefined)
      notes.push(open ? (minimum === undefined ? '' : `from ${String(minimum)}`) : span(minimum, maximum, ''));
  }
  if (typeof format === 'string') notes.push(format);
  if (typeof contentEncoding === 'string') notes.push(contentEncoding);
  if ('default' in schema) notes.push(`${JSON.stringify(schema['default'])} where absent`);
  return notes.filter(Boolean).join('; ').trim();
}

function span(from: unknown, to: unknown, what: string): string {
  const words = [from === undefined ? '' : `from ${String(from)}`, to === undefined ? '' : `at most ${String(to)}`];
  return [...words.filter(Boolean), what].join(' ').trim();
}

function block(shape: z.ZodType, io: 'input' | 'output'): string {
  const schema = z.toJSONSchema(shape, { io, unrepresentable: 'any', reused: 'inline' }) as JsonSchema;
  return `\`\`\`ts\n${shapeText(schema)}\n\`\`\``;
}

function rateText({ burst, perMinute }: Rate): string {
  const [often, span] = perMinute >= 1 ? [perMinute, 'minute'] : [Math.round(perMinute * 1440), 'day'];
  return `${burst} at once, then ${often} a ${span}`;
}

const WHO: Readonly<Record<ActionSpec['who'], string>> = {
  anyone: 'anyone, also before signing in',
  account: 'anyone signed in',
  auditor: 'auditors and administrators',
  officer: 'secrecy officers and administrators',
  administrator: 'administrators',
};

const KIND: Readonly<Record<ActionSpec['kind'], string>> = {
  query: 'reads only; no action id',
  change: 'changes; once per action id',
  append: 'changes; once per action id; committed together with others',
  signal: 'tells those who are connected; not kept',
};

function actionText([name, spec]: [string, ActionSpec]): string {
  const facts = [
    `- who: ${WHO[spec.who]}${spec.scope === 'group' ? ', member of the group' : ''}${spec.right ? `, with the right \`${spec.right}\`` : ''}`,
    `- kind: ${KIND[spec.kind]}`,
    ...(spec.door === 'http' ? ['- door: HTTP only'] : []),
    ...(spec.bodyLimit === undefined ? [] : [`- body: at most ${spec.bodyLimit} bytes`]),
    ...(spec.rate ? [`- rate: ${rateText(spec.rate)}`] : []),
    ...(spec.groupRate ? [`- rate of the whole group: ${rateText(spec.groupRate)}`] : []),
    ...(spec.audit
      ? [`- audit log: ${'none' in spec.audit ? `nothing, ${spec.audit.none}` : `about ${spec.audit.topic}`}`]
      : []),
    ...(spec.problems && spec.problems.length > 0 ? [`- problems: ${spec.problems.map(problemLink).join(', ')}`] : []),
  ];
  return `### ${name}\n\n${spec.summary}\n\n${facts.join('\n')}\n\nInput:\n\n${block(spec.input, 'input')}\n\nAnswer:\n\n${block(spec.output, 'output')}\n`;
}

function problemLink(code: string): string {
  return `[${code}](problems.md#${code.replaceAll('.', '').toLowerCase()})`;
}

function eventText([name, spec]: [string, EventSpec]): string {
  const facts = [
    `- stream: the ${spec.stream}’s`,
    ...(spec.notice ? ['- kept as a line of the conversation too'] : []),
    ...(spec.rights ? ['- changes rights: what was decided before it cannot commit after it'] : []),
    ...(spec.follow === 'begin' ? ['- from here on the account’s devices follow the stream of `group`'] : []),
    ...(spec.follow === 'end' ? ['- from here on the devices of `accounts` no longer follow this stream'] : []),
  ];
  return `### ${name}\n\n${spec.summary}\n\n${facts.join('\n')}\n\n${block(spec.body, 'output')}\n`;
}

function nounText(noun: string): string {
  const it = nouns.get(noun)!;
  const parts = [`${GENERATED}\n\n# ${noun}\n`];
  if (it.actions.length > 0) parts.push('## Actions\n', ...it.actions.map(actionText));
  if (it.events.length > 0) parts.push('## Events\n', ...it.events.map(eventText));
  return parts.join('\n');
}

function problemsText(): string {
  const rows = Object.entries(problems).map(
    ([code, it]) => `## ${code}\n\n${it.status}${it.retry ? ', may succeed later' : ''}. ${it.summary}\n`,
  );
  const always = Object.keys(problem.kinds).map((code) => `\`${code}\``);
  return `${GENERATED}\n\n# Problems\n\nAn answer that is not the one wished for. Over HTTP it is an RFC 9457 document (\`application/problem+json\`) with \`type\`, \`title\`,
\`status\` and \`code\`, in a frame \`{ id, problem: { code, … } }\`. \`retry: true\` says that the very same request may succeed later.
Any action can answer with ${always.join(', ')}.\n\n${rows.join('\n')}`;
}

function indexText(): string {
  const rows = [...nouns].map(
    ([noun, it]) =>
      `| [${noun}](${noun}.md) | ${it.actions.map(([name]) => name.split('.')[1]).join(', ')} | ${it.events.map(([name]) => name.split('.')[1]).join(', ')} |`,
  );
  return `${GENERATED}

# The contract, version ${PROTOCOL_VERSION}

What a client can do is an *action*, what it can learn an *event*. Both are declared once, in \`features/<noun>/protocol.ts\`; these
pages, \`GET /api/openapi.json\` and \`protocol/fingerprint.json\` are walks over that registry.

| noun | actions | events |
|---|---|---|
${rows.join('\n')}

All problems: [problems.md](problems.md).

## HTTP

\`POST /api/<noun.verb>\` with the input as JSON. Everything that changes something needs the header \`Idempotency-Key\`: a UUID made by the
client (version 7 keeps the order). The same key with the same input gives the first answer again, with another input \`action.id_reused\`.
Sessions are a cookie. A request of another site's page is refused.

## Socket

\`GET /live\` as a WebSocket with the subprotocol \`nharong.v${PROTOCOL_VERSION}\`. Frames are JSON texts; their shapes stand in \`protocol/frame.ts\`.

1. The client says \`{ hello: { version, streams } }\`: where its copy of each stream stands.
2. The server says \`{ welcome: … }\`, then the events that were missed. Streams under \`fetch\` are to be fetched afresh, those under
   \`gone\` may no longer be read.
3. The client performs actions by \`{ id, do, with }\`, answered by \`{ id, ok }\` or \`{ id, problem }\`. \`id\` is the action id.
4. Events come as \`{ on, in, n, at, by, with }\`: \`n\` is gapless within the stream \`in\`. Who notices a gap asks \`stream.read\`.
5. Signals come as \`{ signal, in, by, with }\` and are not kept.

Clients pass over events, signals and fields that they do not know.
`;
}

const files = new Map<string, string>([
  ['docs/api/README.md', indexText()],
  ['docs/api/problems.md', problemsText()],
]);
for (const noun of nouns.keys()) files.set(`docs/api/${noun}.md`, nounText(noun));
const fingerprint = fingerprintOf(PROTOCOL_VERSION, actions, events);
files.set(FINGERPRINT, `${JSON.stringify(fingerprint, null, 1)}\n`);
const stale = globSync('docs/api/*.md', { cwd: root }).filter((path) => !files.has(path));

function read(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

if (process.argv.includes('--check')) {
  const wrong = [...[...files].filter(([path, text]) => read(path) !== text).map(([path]) => path), ...stale];
  if (wrong.length > 0) {
    console.error(
      `Not what the registry says: ${wrong.join(', ')}\nWrite them anew: node_modules/.bin/node bin/api.ts`,
    );
    process.exitCode = 1;
  }
} else {
  const committed = read(FINGERPRINT);
  const before = committed === undefined ? undefined : (JSON.parse(committed) as Fingerprint);
  const breaks = before?.version === PROTOCOL_VERSION ? breaksBetween(before, fingerprint) : [];
  // The fingerprint is what clients out there rely on: it is not written over what would break them.
  if (breaks.length > 0) {
    console.error(
      `Older clients would break:\n${breaks.map((it) => `  ${it}`).join('\n')}\nRaise PROTOCOL_VERSION in protocol/version.ts. (Where no release has this version yet: delete ${FINGERPRINT}.)`,
    );
    process.exitCode = 1;
  } else {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    for (const path of stale) rmSync(join(root, path));
    console.log(`${nouns.size} nouns, ${Object.keys(actions).length} actions, ${Object.keys(events).length} events.`);
  }
}
