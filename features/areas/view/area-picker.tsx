import { useEffect, useRef, useState } from 'preact/hooks';
import { MapPinHouse } from 'lucide';
import { call } from '../../../web/connection.ts';
import { PickField } from '../../../web/ui/field.tsx';
import { SearchField } from '../../../web/ui/search-field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { NothingFound } from '../../../web/ui/states.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { useSearch } from '../../../web/search.ts';
import type { AreaHit } from '../protocol.ts';
import { areaName, levelOf } from '../rules.ts';
import { keepTitle, titles } from '../state.ts';
import { strings } from '../strings/tree.ts';
import { areaHitDetail, areaIcons, AreaTree } from './area-tree.tsx';
import '../areas.css';

export interface ChosenArea {
  code: string;
  /** “Xã Ia Grai, tỉnh Gia Lai” */
  title: string;
}

interface AreaPickerProps {
  /** Code of the chosen area. */
  value: string | null;
  onChoose: (area: ChosenArea) => void;
  label?: string;
  help?: string;
  error?: string;
  optional?: boolean;
}

/** A field that shows an area with its code and opens the map. */
export function AreaPicker({ value, onChoose, label, help, error, optional }: AreaPickerProps) {
  const [open, setOpen] = useState(false);
  const title = useAreaTitle(value);
  return (
    <>
      <PickField
        label={label ?? strings('area')}
        placeholder={strings('choose')}
        icon={MapPinHouse}
        after={value ? <span class="area-code">{value}</span> : undefined}
        onPress={() => setOpen(true)}
        help={help}
        error={error}
        optional={optional}
      >
        {value ? title : undefined}
      </PickField>
      {open ? (
        <AreaSheet
          value={value}
          onClose={() => setOpen(false)}
          onChoose={(area) => {
            keepTitle(area.code, area.title);
            onChoose(area);
            setOpen(false);
          }}
        />
      ) : null}
    </>
  );
}

/** What a code is called; the code itself until that is known. */
export function useAreaTitle(code: string | null): string {
  useEffect(() => {
    if (code === null || titles.peek().has(code)) return;
    call('area.get', { code }).then(
      ({ path }) => keepTitle(code, titleOf(path)),
      () => {},
    );
  }, [code]);
  return code === null ? '' : (titles.value.get(code) ?? code);
}

function titleOf(path: readonly { kind: string; name: string }[]): string {
  const [self, ...above] = path.toReversed();
  return self ? [areaName(self), ...above.map((it) => areaName(it, 'inside'))].join(', ') : '';
}

function titleOfHit(hit: AreaHit): string {
  return hit.place ? `${areaName(hit)}, ${hit.place}` : areaName(hit);
}

interface AreaSheetProps {
  value?: string | null;
  onChoose: (area: ChosenArea) => void;
  onClose: () => void;
}

/** The map as a sheet: search by new name, old name or code, or open it level by level. */
export function AreaSheet({ value, onChoose, onClose }: AreaSheetProps) {
  const [query, setQuery] = useState('');
  const sheet = useRef<HTMLDivElement | null>(null);
  return (
    <Sheet title={strings('choose')} onClose={onClose} size="medium" full flush>
      <div class="area-sheet" ref={sheet}>
        <div class="area-sheet-search">
          <SearchField
            value={query}
            onInput={setQuery}
            label={strings('search')}
            placeholder={strings('searchHint')}
            autofocus
            onEnter={() => sheet.current?.querySelector<HTMLElement>('[aria-busy=false] .area-hit')?.click()}
          />
        </div>
        {query.trim() ? (
          <AreaHits query={query} onChoose={(hit) => onChoose({ code: hit.code, title: titleOfHit(hit) })} />
        ) : (
          <AreaTree
            selected={value ?? undefined}
            onSelect={(area) =>
              void call('area.get', { code: area.code }).then(
                ({ path }) => onChoose({ code: area.code, title: titleOf(path) }),
                () => onChoose({ code: area.code, title: areaName(area) }),
              )
            }
          />
        )}
      </div>
    </Sheet>
  );
}

/** Areas found by name, old name or code. */
export function AreaHits({
  query,
  onChoose,
  quiet,
}: {
  query: string;
  onChoose: (hit: AreaHit) => void;
  quiet?: boolean;
}) {
  const found = useSearch(query, (text) => call('area.search', { query: text, limit: 30 }).then((it) => it.areas));
  if (found.error !== undefined && !quiet) return <Trouble error={found.error} onRetry={found.retry} />;
  if (!found.hits) return quiet ? null : <Skeleton kind="setting" rows={4} />;
  if (found.hits.length === 0) return quiet ? null : <NothingFound q={query} />;
  return (
    <ul class="area-hits" aria-busy={found.busy}>
      {found.hits.map((hit) => (
        <li key={hit.code}>
          <button type="button" class="area-hit" onClick={() => onChoose(hit)}>
            <Icon of={areaIcons[Math.min(2, levelOf(hit.code))]!} size={20} />
            <span class="area-hit-words">
              <span>{areaName(hit)}</span>
              <span class="area-hit-second">{areaHitDetail(hit)}</span>
            </span>
            <span class="area-code">{hit.code}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
