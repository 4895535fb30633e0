import { connection } from '../../../web/connection.ts';
import type { Phrases } from '../protocol.ts';
import { QuickPhrases } from '../state.ts';
import { strings } from '../strings.ts';

let known: { readonly of: object; readonly phrases: QuickPhrases } | undefined;

/** Of whoever is signed in at this page. */
export function quickPhrases(): QuickPhrases {
  const of = connection();
  if (known?.of !== of) known = { of, phrases: new QuickPhrases(of) };
  return known.phrases;
}

const OFFERED = ['received', 'understood', 'guidance', 'reporting', 'done', 'meeting', 'documents', 'thanks'] as const;

/** Ready-made ones that are not among the own. */
export function offered({ phrases, offers }: Phrases): readonly string[] {
  return offers ? OFFERED.map((it) => strings(it)).filter((it) => !phrases.includes(it)) : [];
}
