import { useEffect, useMemo, useRef, useState } from 'preact/hooks';

import { fold } from '../../../protocol/fold.ts';
import { language } from '../../../web/language.ts';
import type { Language } from '../../../web/language.ts';
import { SearchField } from '../../../web/ui/search-field.tsx';
import { isTouch } from '../../../web/viewport.ts';
import type { Messages } from '../state.ts';
import { strings } from '../strings.ts';

interface Emoji {
  readonly unicode: string;
  readonly label: string;
  readonly words: string;
}

interface Section {
  readonly key: string;
  readonly name: string;
  readonly list: readonly Emoji[];
}

/** Colours of skin and hair stand alone here; they are no emoji that anybody writes. */
const COMPONENT = 2;
const FOUND_MOST = 120;

interface Listed {
  readonly unicode: string;
  readonly label: string;
  readonly tags?: readonly string[];
  readonly group?: number;
  readonly order?: number;
}

interface Named {
  readonly groups: readonly { readonly key: string; readonly message: string; readonly order: number }[];
}

const fetched: Partial<Record<Language, Promise<readonly Section[]>>> = {};

/** All emoji with their names in a language, by group. */
function sectionsIn(lang: Language): Promise<readonly Section[]> {
  fetched[lang] ??= (
    lang === 'vi'
      ? Promise.all([
          import('emojibase-data/vi/compact.json', { with: { type: 'json' } }),
          import('emojibase-data/vi/messages.json', { with: { type: 'json' } }),
        ])
      : Promise.all([
          import('emojibase-data/en/compact.json', { with: { type: 'json' } }),
          import('emojibase-data/en/messages.json', { with: { type: 'json' } }),
        ])
  ).then(
    ([list, names]) => sectionsOf(list.default as readonly Listed[], names.default as Named),
    (error: unknown) => {
      delete fetched[lang];
      throw error;
    },
  );
  return fetched[lang];
}

function sectionsOf(list: readonly Listed[], { groups }: Named): readonly Section[] {
  const sorted = list.filter((it) => it.group !== undefined).sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
  return groups
    .filter((it) => it.order !== COMPONENT)
    .map(({ key, message, order }) => ({
      key,
      name: message.charAt(0).toLocaleUpperCase('vi') + message.slice(1),
      list: sorted
        .filter((it) => it.group === order)
        .map(({ unicode, label, tags }) => ({ unicode, label, words: fold(`${label} ${tags?.join(' ') ?? ''}`) })),
    }));
}

interface PickerProps {
  onPick: (emoji: string) => void;
  onClose: () => void;
  messages: Messages;
}

export function EmojiPicker({ onPick, onClose, messages }: PickerProps) {
  const lang = language.value;
  const [sections, setSections] = useState<readonly Section[] | undefined>(undefined);
  const [missing, setMissing] = useState(false);
  const [query, setQuery] = useState('');
  const grid = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let here = true;
    sectionsIn(lang).then(
      (it) => here && setSections(it),
      () => here && setMissing(true),
    );
    return () => {
      here = false;
    };
  }, [lang]);

  const shown = useMemo<readonly Section[]>(() => {
    if (!sections) return [];
    const wanted = fold(query).split(' ').filter(Boolean);
    if (wanted.length > 0) {
      const list: Emoji[] = [];
      for (const section of sections) {
        for (const it of section.list) {
          // Each word begins a word of the name: “tim do” finds “trái tim màu đỏ”.
          if (wanted.every((word) => ` ${it.words}`.includes(` ${word}`))) list.push(it);
        }
      }
      return [{ key: 'found', name: strings('emojiFound'), list: list.slice(0, FOUND_MOST) }];
    }
    const known = new Map(sections.flatMap((it) => it.list.map((one) => [one.unicode, one] as const)));
    const recent = messages.recentEmoji.value.flatMap((it) => known.get(it) ?? []);
    return recent.length > 0 ? [{ key: 'recent', name: strings('emojiRecent'), list: recent }, ...sections] : sections;
  }, [sections, query, messages.recentEmoji.value]);

  const pick = (emoji: string): void => {
    onPick(emoji);
    messages.keepEmoji(emoji);
  };

  const keys = (event: KeyboardEvent): void => {
    const all = [...(grid.current?.querySelectorAll<HTMLElement>('button') ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    const here = all[at]!.getBoundingClientRect();
    let to: HTMLElement | undefined;
    if (event.key === 'ArrowRight') to = all[at + 1];
    else if (event.key === 'ArrowLeft') to = all[at - 1];
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const down = event.key === 'ArrowDown';
      const rest = down ? all.slice(at + 1) : all.slice(0, at).reverse();
      // The next row is the first that stands elsewhere; in it the nearest one.
      const row = rest
        .find((it) => Math.abs(it.getBoundingClientRect().top - here.top) > 4)
        ?.getBoundingClientRect().top;
      const inRow = rest.filter((it) => row !== undefined && Math.abs(it.getBoundingClientRect().top - row) < 4);
      to = inRow.sort(
        (a, b) =>
          Math.abs(a.getBoundingClientRect().left - here.left) - Math.abs(b.getBoundingClientRect().left - here.left),
      )[0];
    } else return;
    event.preventDefault();
    to?.focus();
  };

  return (
    <>
      <div class="emoji-search">
        <SearchField
          value={query}
          onInput={setQuery}
          label={strings('emojiSearch')}
          autofocus={!isTouch}
          onEnter={() => {
            const first = shown[0]?.list[0];
            if (query.trim() && first) {
              pick(first.unicode);
              onClose();
            }
          }}
        />
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows go from button to button */}
      <div class="emoji-grid scroll" role="group" aria-label={strings('emoji')} ref={grid} onKeyDown={keys}>
        {missing ? <p class="emoji-none">{strings('emojiMissing')}</p> : null}
        {!sections && !missing ? <p class="emoji-none">{strings('emojiLoading')}</p> : null}
        {sections && query && shown[0]?.list.length === 0 ? (
          <p class="emoji-none" role="status">
            {strings('emojiNone', { q: query })}
          </p>
        ) : (
          shown.map((section) => (
            <section key={section.key} class="emoji-section" aria-label={section.name}>
              <h2 class="emoji-title">{section.name}</h2>
              <div class="emoji-row">
                {section.list.map((it) => (
                  <button
                    type="button"
                    key={it.unicode}
                    class="emoji"
                    title={it.label}
                    aria-label={it.label}
                    onClick={() => pick(it.unicode)}
                  >
                    {it.unicode}
                  </button>
                ))}
              </div>
            </section>
          ))
        )}
      </div>
    </>
  );
}
