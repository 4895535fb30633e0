import type { ComponentChildren } from 'preact';
import { Mark } from '../../../web/ui/mark.tsx';
import { strings } from '../strings.ts';
import '../agency.css';

interface SplitProps {
  about: string;
  /** Under the words at the left: checks. */
  more?: ComponentChildren;
  /** Above the form, at its ends: back, the other language. */
  top: ComponentChildren;
  topAtEnd?: boolean;
  children: ComponentChildren;
}

/** The page before the house is entered: at the left what it is, at the right what is asked; one column on a phone. */
export function Split({ about, more, top, topAtEnd, children }: SplitProps) {
  return (
    <div class="split">
      <div class="split-left">
        <div class="split-house" aria-hidden="true">
          <Mark size={88} on="pine" />
        </div>
        <Mark size={88} on="pine" />
        <p class="split-motto">
          <span>{strings('motto1')}</span>
          <span>{strings('motto2')}</span>
        </p>
        <p class="split-about">{about}</p>
        {more}
      </div>
      <div class="split-right">
        <div class={`split-top${topAtEnd ? ' split-top-end' : ''}`}>{top}</div>
        {children}
      </div>
    </div>
  );
}
