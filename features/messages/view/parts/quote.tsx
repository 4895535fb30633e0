import { FileText, Image, Mic, Video } from 'lucide';
import type { IconNode } from 'lucide';

import { Icon } from '../../../../web/ui/icon.tsx';
import { showToast } from '../../../../web/ui/toast.tsx';
import type { Quote as Quoted } from '../../protocol.ts';
import { unmarked } from '../../rules/markup.ts';
import { strings } from '../../strings.ts';
import type { LogPlace, PartProps } from '../place.ts';
import { writerOf } from '../said.ts';
import './parts.css';

/** What a message answers; pressing it leads there. */
export function Quote({ line, place }: PartProps) {
  const { quote } = line;
  if (!quote) return null;
  return (
    <button
      type="button"
      class={`bubble-quote${quote.gone ? ' bubble-quote-gone' : ''}`}
      tabIndex={-1}
      onClick={() => void lead(quote, place)}
    >
      <QuoteWords quote={quote} place={place} />
    </button>
  );
}

/** Who was not yet a member then sees that it was answered, and not where. */
async function lead({ seq }: Quoted, { conversation, chat }: LogPlace): Promise<void> {
  const hidden = seq <= (chat()?.visibleFrom ?? 0);
  if (hidden || !(await conversation.goTo(seq))) showToast({ words: strings('quoteMissing'), icon: null });
}

type Kind = Exclude<Quoted['kind'], 'text'>;
const ICONS: Readonly<Record<Kind, IconNode>> = { photo: Image, video: Video, voice: Mic, document: FileText };
const KINDS = { photo: 'quotePhoto', video: 'quoteVideo', voice: 'quoteVoice', document: 'quoteDocument' } as const;

interface QuoteWordsProps {
  quote: Quoted;
  place: Pick<LogPlace, 'self' | 'messages'>;
}

/** Name and beginning of what is answered, also above the field where the answer is written. */
export function QuoteWords({ quote, place }: QuoteWordsProps) {
  const { kind, gone } = quote;
  const text = unmarked(quote.text).replace(/\s+/gu, ' ').trim();
  return (
    <>
      <span class="quote-by cut">{quote.by === place.self ? strings('you') : writerOf(quote.by, place)}</span>
      <span class="quote-words cut">
        {gone ? (
          strings('quoteGone')
        ) : (
          <>
            {kind === 'text' ? null : <Icon of={ICONS[kind]} size={14} />}
            {kind === 'text' ? text : [strings(KINDS[kind]), text].filter(Boolean).join(' · ')}
          </>
        )}
      </span>
    </>
  );
}
