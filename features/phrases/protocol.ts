import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { longText } from '../../protocol/shapes.ts';
import { PHRASE_MOST, PHRASES_MOST } from './rules.ts';

const PhrasesShape = z.strictObject({
  /** In the order in which they are offered. */
  phrases: z.array(longText(PHRASE_MOST)).max(PHRASES_MOST),
  /** Ready-made ones are offered beside them. */
  offers: z.boolean(),
});
export type Phrases = z.output<typeof PhrasesShape>;

export const phraseActions = actions({
  'phrase.list': {
    summary: 'The actor’s quick phrases.',
    kind: 'query',
    who: 'account',
    input: z.strictObject({}),
    output: PhrasesShape,
  },
  'phrase.save': {
    summary: 'Put these in the place of the actor’s quick phrases.',
    kind: 'change',
    who: 'account',
    audit: { none: 'one’s own words to oneself' },
    rate: { burst: 30, perMinute: 60 },
    input: PhrasesShape,
    output: z.strictObject({}),
  },
});

export const phraseEvents = events({
  'phrase.changed': {
    summary: 'The account’s quick phrases are others. None of their words.',
    stream: 'account',
    body: z.strictObject({}),
  },
});
