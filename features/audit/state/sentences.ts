import { displayName } from '../../../web/names.ts';
import { formatDate, formatNumber } from '../../../web/format.ts';
import { language } from '../../../web/language.ts';
import { AUDIT_TOPICS } from '../../../protocol/action.ts';
import { isId } from '../../../protocol/id.ts';
import { RIGHTS } from '../../groups/rights.ts';
import type { AuditEntry, AuditVerdict } from '../protocol.ts';
import { acts, fields, values } from '../strings/acts.ts';
import { strings } from '../strings/log.ts';

/** Words of an act; undefined where an older program does not know it. */
export function actWords(act: string): string | undefined {
  return Object.hasOwn(acts.table, act) ? acts(act as keyof typeof acts.table) : undefined;
}

/** The line of an entry: “Đổi cài đặt nhóm”, “Không có quyền: Thêm thành viên”. */
export function actTitle({ act, result, details }: Pick<AuditEntry, 'act' | 'result' | 'details'>): string {
  const plain = actWords(act) ?? act;
  if (result === 'denied') return strings('denied', { act: plain });
  if (result === 'failed')
    return details['result'] === 'wrong' ? strings('wrongCode') : strings('failed', { act: plain });
  if (act === 'group.archive' && details['on'] === false) return strings('opened');
  if (act === 'transfer.answer') return strings(details['accept'] === true ? 'accepted' : 'declined');
  if (act === 'audit.appoint') return strings(details['on'] === true ? 'appointed' : 'dismissed');
  return plain;
}

export function actorName({
  actor,
  door,
  people,
  result,
}: Pick<AuditEntry, 'actor' | 'door' | 'people' | 'result'>): string {
  if (actor) return displayName(actor.name) || strings('somebody');
  if (door === 'house') return strings('system');
  // A wrong code: nobody knows who typed it, only whose it would have been.
  const [person] = people;
  return result === 'failed' && person ? displayName(person.name) : strings('unknown');
}

export function deviceWords({ device, door }: Pick<AuditEntry, 'device' | 'door'>): string {
  if (door === 'program') return strings('byCommand');
  return [device?.system, device?.browser].filter(Boolean).join(' · ');
}

/** Whom it was done to: “Puih Thưng, Siu H’Nga và 3 người khác”. */
export function peopleWords({
  people,
  count,
  actor,
  result,
}: Pick<AuditEntry, 'people' | 'count' | 'actor' | 'result'>): string {
  const named = people.filter((it) => it.name !== '' && !(actor === null && result === 'failed'));
  if (named.length === 0) return '';
  const names = named.map((it) => displayName(it.name)).join(', ');
  const others = count - named.length;
  return others > 0 ? strings('andOthers', { names, n: others }) : names;
}

/** Details that are told elsewhere in the line, or mean nothing to people. */
const UNTOLD = new Set([
  'challenge',
  'device',
  'digest',
  'of',
  'outside',
  'limit',
  'above',
  'before',
  'export',
  'person',
  'revision',
  'silent',
  'tooLong',
  'sha256',
]);
const TOLD_BY_TITLE = new Set([
  'group.archive on',
  'transfer.answer accept',
  'audit.appoint on',
  'account.verifyCode wrong',
]);

/** What was changed and how, one sentence a field. */
export function detailWords(
  entry: Pick<AuditEntry, 'act' | 'details' | 'object' | 'people' | 'count' | 'actor' | 'result'>,
): string[] {
  const { act, details, object, result } = entry;
  const said: string[] = [];
  if (object && object.name !== '') said.push(object.name);
  const people = peopleWords(entry);
  if (people !== '') said.push(people);
  if (result === 'denied') {
    said.push(strings('lacking', { right: rightWords(String(details['right'] ?? '')) }));
    return said;
  }
  for (const [key, value] of Object.entries(details)) {
    if (UNTOLD.has(key) || TOLD_BY_TITLE.has(`${act} ${key}`) || TOLD_BY_TITLE.has(`${act} ${String(value)}`)) continue;
    if (key === 'verdict') said.push(verdictWords(value));
    else if (act.startsWith('audit.') && key === 'topic')
      said.push(strings('value', { field: strings('kind'), value: topicWords(value) }));
    else if (act.startsWith('audit.') && key === 'refused') {
      if (value === true) said.push(strings('refusedOnly'));
    } else if (key === 'right') said.push(rightWords(String(value)));
    else if (key === 'rights') said.push(...rightsWords(value, details));
    else {
      const sentence = fieldSentence(key, value);
      if (sentence !== '') said.push(sentence);
    }
  }
  const silent = Array.isArray(details['silent'])
    ? details['silent'].filter((it) => typeof it === 'string' && it !== 'code' && it !== 'file')
    : [];
  // Of what is new nothing was changed.
  if (silent.length > 0 && act !== 'group.create')
    said.push(
      strings('alsoChanged', { fields: silent.map((it) => fieldWords(String(it)).toLocaleLowerCase('vi')).join(', ') }),
    );
  return said;
}

function fieldSentence(key: string, value: unknown): string {
  const field = fieldWords(key);
  if (isChange(value)) {
    const [from, to] = [valueWords(key, value.from), valueWords(key, value.to)];
    if (to === '') return strings('alsoChanged', { fields: field.toLocaleLowerCase('vi') });
    return from === '' ? strings('value', { field, value: to }) : strings('change', { field, from, to });
  }
  const words = valueWords(key, value);
  return words === '' ? '' : strings('value', { field, value: words });
}

function isChange(value: unknown): value is { from: unknown; to: unknown } {
  return typeof value === 'object' && value !== null && 'from' in value && 'to' in value;
}

function fieldWords(key: string): string {
  return Object.hasOwn(fields.table, key) ? fields(key as keyof typeof fields.table) : rightWords(key);
}

/** Empty where there is nothing to read: an id. */
function valueWords(key: string, value: unknown): string {
  if (value === null || value === '') return values('none');
  if (typeof value === 'boolean') return values(value ? 'yes' : 'no');
  if (key === 'history' && value === 'all') return strings('historyAll');
  if (key === 'history' && typeof value === 'number') return strings('historyDays', { n: value });
  // The last day on which it holds, as where it was chosen.
  if ((key === 'until' || key === 'to') && typeof value === 'number') return formatDate(value - 1);
  if (typeof value === 'number') return value > 1e12 ? formatDate(value) : formatNumber(value);
  if (typeof value === 'string') {
    if (isId(value)) return '';
    // A name that happens to be such a word stays as it is.
    const word = !['name', 'title', 'topic', 'head', 'helpName'].includes(key) && Object.hasOwn(values.table, value);
    return word ? values(value as keyof typeof values.table) : value;
  }
  if (Array.isArray(value))
    return value
      .map((it) => valueWords(key, it))
      .filter(Boolean)
      .join(', ');
  return '';
}

function rightWords(right: string): string {
  if (right === 'agency.administer') return strings('administer');
  if (right === 'agency.audit') return strings('audit');
  if (right === 'agency.secrecy') return strings('guard');
  const row = Object.hasOwn(RIGHTS, right) ? RIGHTS[right as keyof typeof RIGHTS] : undefined;
  return row ? row.words[language.value === 'vi' ? 0 : 1] : right;
}

/** Those of which it is not told already what they were before. */
function rightsWords(value: unknown, told: Record<string, unknown>): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([right]) => !isChange(told[right]))
    .map(([right, holders]) => strings('value', { field: rightWords(right), value: valueWords('', holders) }));
}

function topicWords(value: unknown): string {
  const topic = AUDIT_TOPICS.find((it) => it === value);
  return topic ? strings(topic) : String(value);
}

function verdictWords(value: unknown): string {
  const { entries = 0, broken } = (value ?? {}) as Partial<AuditVerdict>;
  return broken ? strings('brokenLog', { seq: broken.seq }) : strings('wholeLog', { n: entries });
}
