import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

import type { Mention } from '../../protocol.ts';
import type { ComposerPlace } from './place.ts';

/** Something to put where the caret stands. */
export interface Suggestion {
  readonly key: string;
  readonly label: string;
  /** A second line, or what stands at the end. */
  readonly second?: string;
  readonly before?: ComponentChildren;
  /** What is put into the text; the caret stands after it. */
  readonly insert: string;
  /** It names somebody. */
  readonly mention?: Omit<Mention, 'from' | 'to'>;
  onPick?(): void;
}

export interface Suggestions {
  /** The list’s name: “Nhắc đến”. */
  label(): string;
  /** How many there are, said to who does not see them. */
  count(n: number): string;
  find(query: string, place: ComposerPlace): readonly Suggestion[] | Promise<readonly Suggestion[]>;
  /** Stands at the foot of the list. */
  foot?(place: ComposerPlace): ComponentChildren;
}

/** A list above the field that a sign in the text calls up: @ for people, / for quick phrases. */
export interface Suggester {
  /** The piece that ends at the caret and asks for it, its sign included. */
  asked(text: string, caret: number): { readonly from: number; readonly query: string } | undefined;
  /** The rest comes when it is first asked. */
  load(): Promise<Suggestions>;
}

interface Asked {
  readonly by: Suggester;
  readonly from: number;
  readonly to: number;
  readonly query: string;
}

interface Open extends Asked {
  readonly words: Suggestions;
  readonly list: readonly Suggestion[];
}

/** The listbox of a composer: what the field must say of it, which keys it takes, and what is seen. */
export function useSuggestions(suggesters: readonly Suggester[], place: ComposerPlace) {
  const [asked, setAsked] = useState<Asked | undefined>(undefined);
  const [open, setOpen] = useState<Open | undefined>(undefined);
  const [active, setActive] = useState(0);
  /** Closed by Esc: it does not come back for the same piece. */
  const refused = useRef<{ by: Suggester; from: number } | undefined>(undefined);
  const id = useId();

  /** The text or the caret is another one. */
  const look = (text: string, caret: number): void => {
    for (const by of suggesters) {
      const found = by.asked(text, caret);
      if (!found) continue;
      if (refused.current?.by === by && refused.current.from === found.from) break;
      refused.current = undefined;
      if (asked?.by === by && asked.from === found.from && asked.query === found.query && asked.to === caret) return;
      setAsked({ by, to: caret, ...found });
      return;
    }
    if (asked) setAsked(undefined);
  };

  useEffect(() => {
    if (!asked) {
      setOpen(undefined);
      refused.current = undefined;
      return;
    }
    let here = true;
    void (async () => {
      try {
        const words = await asked.by.load();
        const list = await words.find(asked.query, place);
        if (!here) return;
        setOpen(list.length > 0 ? { ...asked, words, list } : undefined);
        setActive(0);
      } catch {
        // Without a line there is nothing to suggest: what is typed stays what it is.
        if (here) setOpen(undefined);
      }
    })();
    return () => {
      here = false;
    };
  }, [asked, place]);

  const close = (): void => {
    if (asked) refused.current = { by: asked.by, from: asked.from };
    setOpen(undefined);
  };

  const pick = (it: Suggestion): void => {
    if (!open) return;
    const end = place.composition.insert(open.from, open.to, it.insert, it.mention);
    it.onPick?.();
    setAsked(undefined);
    setOpen(undefined);
    onPicked.current?.(end);
  };
  const onPicked = useRef<((caret: number) => void) | undefined>(undefined);

  /** True where the key was for the list. */
  const keys = (event: KeyboardEvent): boolean => {
    if (!open || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false;
    const { list } = open;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      setActive((active + (event.key === 'ArrowDown' ? 1 : list.length - 1)) % list.length);
    } else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') {
      pick(list[active]!);
    } else if (event.key === 'Escape') {
      close();
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };

  const view = open ? (
    <div class="suggestions">
      <span class="unseen" role="status">
        {open.words.count(open.list.length)}
      </span>
      <div class="suggestions-list scroll" id={id} role="listbox" aria-label={open.words.label()}>
        {open.list.map((it, at) => (
          <button
            type="button"
            tabIndex={-1}
            key={it.key}
            id={`${id}-${at}`}
            ref={at === active ? intoSight : undefined}
            class={`suggestion${at === active ? ' suggestion-active' : ''}`}
            role="option"
            aria-selected={at === active}
            // The field keeps the focus, and on a phone its keyboard.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => pick(it)}
          >
            {it.before}
            <span class="suggestion-words">
              <span class="suggestion-label cut">{it.label}</span>
              {it.second ? <span class="suggestion-second cut">{it.second}</span> : null}
            </span>
          </button>
        ))}
      </div>
      {open.words.foot?.(place)}
    </div>
  ) : null;

  return {
    look,
    keys,
    view,
    close,
    /** Where the caret goes after a pick. */
    onPicked,
    field: {
      'aria-autocomplete': 'list' as const,
      'aria-controls': open ? id : undefined,
      'aria-activedescendant': open ? `${id}-${active}` : undefined,
    },
  };
}

function intoSight(element: HTMLButtonElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}
