import type { Quote as Quoted } from '../../protocol.ts';
import { strings } from '../../strings.ts';
import type { LogPlace, PartProps } from '../place.ts';
import { writerOf } from '../said.ts';
import './parts.css';

/** What a message answers; pressing it leads there. */
export function Quote({ line, place }: PartProps) {
  const { quote } = line;
  if (!quote) return null;
  return (
    <button type="button" class="bubble-quote" tabIndex={-1} onClick={() => void place.conversation.goTo(quote.seq)}>
      <QuoteWords quote={quote} place={place} />
    </button>
  );
}

/** Name and beginning of what is answered, also above the field where the answer is written. */
export function QuoteWords({ quote, place }: { quote: Quoted; place: Pick<LogPlace, 'self' | 'messages'> }) {
  return (
    <>
      <span class="quote-by cut">{quote.by === place.self ? strings('you') : writerOf(quote.by, place)}</span>
      <span class="quote-words cut">{quote.gone ? strings('quoteGone') : quote.text}</span>
    </>
  );
}
