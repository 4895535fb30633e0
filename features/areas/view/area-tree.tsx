import { useEffect } from 'preact/hooks';
import { House, Map as MapIcon, MapPin } from 'lucide';
import { formatDate } from '../../../web/format.ts';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { Tree, type TreeNode } from '../../../web/ui/tree.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import type { Area, AreaHit } from '../protocol.ts';
import { areaName, levelOf, shortOldName } from '../rules.ts';
import type { AreaTree as Areas } from '../state.ts';
import { areaTree } from '../state.ts';
import { heads, strings } from '../strings/tree.ts';

/** The second line of an area that was searched for: the old name it was found by, or where it lies. */
export function areaHitDetail(hit: AreaHit): string {
  return hit.found ? strings('formerly', { name: hit.found }) : hit.place || areaDetail(hit);
}

/** The second line of an area: code and old names of a commune, households and head of a village. */
export function areaDetail(area: Area): string {
  if (area.closed) return strings('closed', { date: formatDate(area.closed) });
  switch (levelOf(area.code)) {
    case 0:
      return strings('communes', { n: area.children });
    case 1: {
      const old = area.oldNames.map(shortOldName).join(', ');
      return old ? `${area.code} · ${strings('oldNames', { names: old })}` : area.code;
    }
    default: {
      const title = area.kind in heads.table ? heads(area.kind as keyof typeof heads.table) : heads('thôn');
      const head = area.head || strings('noHead', { title });
      return area.households === null ? head : `${strings('households', { n: area.households })} · ${head}`;
    }
  }
}

export const areaIcons = [MapIcon, MapPin, House] as const;

function nodeOf(areas: Areas, area: Area): TreeNode {
  const level = areas.below(area.code);
  return {
    id: area.code,
    label: areaName(area),
    second: areaDetail(area),
    icon: areaIcons[Math.min(2, levelOf(area.code))],
    hasChildren: area.children > 0,
    busy: level?.state === 'loading' && level.areas.length === 0 && areas.expanded.value.has(area.code),
    children: level && level.areas.length > 0 ? level.areas.map((it) => nodeOf(areas, it)) : undefined,
  };
}

interface AreaTreeProps {
  label?: string;
  selected?: string;
  onSelect: (area: Area) => void;
}

/** The map, opened level by level; the agency's province first and open. */
export function AreaTree({ label, selected, onSelect }: AreaTreeProps) {
  const areas = areaTree();
  useEffect(() => {
    void areas.load(null);
    for (const code of areas.expanded.peek()) void areas.load(code);
  }, [areas]);
  const top = areas.below(null);
  if (top?.state === 'failed' && top.areas.length === 0) {
    return <Trouble error={top.error} onRetry={() => void areas.load(null, { again: true })} />;
  }
  if (!top || top.areas.length === 0) return <Skeleton kind="setting" />;
  const home = areas.home.value;
  const nodes = top.areas
    .toSorted((a, b) => Number(b.code === home) - Number(a.code === home))
    .map((it) => nodeOf(areas, it));
  return (
    <Tree
      label={label ?? strings('tree')}
      nodes={nodes}
      expanded={areas.expanded.value}
      onToggle={(code, open) => void areas.toggle(code, open)}
      selected={selected}
      onSelect={(code) => {
        const area = areas.find(code);
        if (area) onSelect(area);
      }}
    />
  );
}
