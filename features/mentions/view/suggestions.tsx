import { Building2, KeyRound, Users } from 'lucide';
import type { IconNode } from 'lucide';

import type { OutputOf } from '../../../protocol/action.ts';
import { fold } from '../../../protocol/fold.ts';
import { Problem } from '../../../protocol/problem.ts';
import { connection } from '../../../web/connection.ts';
import { displayName } from '../../../web/names.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { searchText } from '../../directory/rules.ts';
import type { ComposerPlace } from '../../messages/view/composer/place.ts';
import type { Suggestion, Suggestions } from '../../messages/view/composer/suggest.tsx';
import { photoPath } from '../../photos/rules.ts';
import type { mentionActions } from '../protocol.ts';
import { PEOPLE_FOUND, ROLES, UNITS_FOUND } from '../rules.ts';
import { strings } from '../strings.ts';
import './mentions.css';

type Found = OutputOf<(typeof mentionActions)['mention.find']>;

/** Who was found is believed for so long: people come and go. */
const KEPT_MS = 60_000;
const KEPT_MOST = 60;

/** By group, rights and words, the newest last. */
const kept = new Map<string, { readonly found: Found; readonly at: number }>();

export const mentionSuggestions: Suggestions = {
  label: () => strings('label'),
  count: (n) => strings('count', { n }),
  async find(query, place) {
    if (place.pair) return [];
    const words = fold(query).split(' ').filter(Boolean);
    const found = await findIn(place, words);
    const people = found.people.map((it): Suggestion => ({
      key: it.id,
      label: displayName(it.name),
      second: [it.position, it.unit].filter(Boolean).join(' · '),
      before: <Avatar id={it.id} name={displayName(it.name)} photo={photoPath(it.photo)} size={36} />,
      insert: `@${displayName(it.name)} `,
      mention: { who: 'account', id: it.id },
    }));
    const others = place.can('message.mentionAll')
      ? [...everybody(words, place), ...roles(words), ...units(found)]
      : [];
    // Nobody was asked for yet: whoever calls everybody need not go down the list first.
    return words.length === 0 ? [...others.slice(0, 1), ...people, ...others.slice(1)] : [...people, ...others];
  },
  foot: (place) => (place.can('member.list') ? null : <p class="mention-foot">{strings('onlyWriters')}</p>),
};

function everybody(words: readonly string[], { members }: ComposerPlace): Suggestion[] {
  if (!begins(`all ${fold(strings('allWords'))}`, words)) return [];
  const label = strings('all');
  const mention = { who: 'all' as const };
  return [
    {
      key: 'all',
      label,
      second: strings('allSecond', { n: members }),
      before: sign(Users),
      insert: `${label} `,
      mention,
    },
  ];
}

function roles(words: readonly string[]): Suggestion[] {
  return ROLES.filter((it) => begins(fold(strings(it)), words)).map((it) => ({
    key: it,
    label: strings(it),
    second: strings('roleSecond'),
    before: sign(KeyRound),
    insert: `${strings(it)} `,
    mention: { who: 'role', id: it },
  }));
}

function units(found: Found): Suggestion[] {
  return found.units.map((it) => ({
    key: it.id,
    label: `@${it.name}`,
    second: strings('unitSecond', { n: it.members }),
    before: sign(Building2),
    insert: `@${it.name} `,
    mention: { who: 'unit', id: it.id },
  }));
}

const sign = (icon: IconNode) => (
  <span class="mention-sign">
    <Icon of={icon} size={20} />
  </span>
);

/** Each word begins a word of the text, both folded. */
const begins = (text: string, words: readonly string[]): boolean =>
  words.every((word) => ` ${text}`.includes(` ${word}`));

/** Asked of the server once for all words that only narrow down what was found whole; without a line, those who wrote here. */
async function findIn(place: ComposerPlace, words: readonly string[]): Promise<Found> {
  const { group } = place;
  const keyOf = (text: string): string =>
    `${group} ${place.can('member.list')} ${place.can('message.mentionAll')} ${text}`;
  const now = Date.now();
  const text = words.join(' ');
  for (let length = text.length; length >= 0; length -= 1) {
    const known = kept.get(keyOf(text.slice(0, length)));
    if (!known || now - known.at > KEPT_MS) continue;
    if (length === text.length) return known.found;
    if (known.found.people.length < PEOPLE_FOUND && known.found.units.length < UNITS_FOUND)
      return narrowed(known.found, words);
  }
  try {
    const found = await connection().call('mention.find', { group, query: text });
    kept.set(keyOf(text), { found, at: now });
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT_MOST) break;
      kept.delete(oldest);
    }
    return found;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return narrowed({ people: writersIn(place), units: [] }, words);
  }
}

function narrowed({ people, units: found }: Found, words: readonly string[]): Found {
  return {
    people: people.filter((it) => begins(searchText(it), words)),
    units: found.filter((it) => begins(fold(it.name), words)),
  };
}

/** Those whose messages this device has at hand, the last first. */
function writersIn({ group, messages }: ComposerPlace): Found['people'] {
  const accounts = new Set(
    messages
      .conversation(group)
      .shown.peek()
      .lines.toReversed()
      .flatMap((it) => (it.kind === 'text' && it.by ? [it.by] : [])),
  );
  return [...accounts].flatMap((it) => {
    const person = messages.people.peek(it);
    return person ? [{ ...person, role: 'member' as const }] : [];
  });
}
