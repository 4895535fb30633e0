import { useEffect, useState } from 'preact/hooks';
import { Building2 } from 'lucide';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Tree, type TreeNode } from '../../../web/ui/tree.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import type { Unit } from '../protocol.ts';
import type { UnitTree as Units } from '../state.ts';
import { unitTree } from '../state.ts';
import { strings } from '../strings/tree.ts';

function nodeOf(units: Units, unit: Unit, without: string | undefined): TreeNode {
  const level = units.below(unit.id);
  return {
    id: unit.id,
    label: unit.name,
    second: [strings('people', { n: unit.people }), unit.areaName].filter(Boolean).join(' · '),
    icon: Building2,
    hasChildren: unit.children > 0,
    busy: level?.state === 'loading' && level.units.length === 0 && units.expanded.value.has(unit.id),
    children:
      level && level.units.length > 0
        ? level.units.filter((it) => it.id !== without).map((it) => nodeOf(units, it, without))
        : undefined,
  };
}

interface UnitTreeProps {
  label?: string;
  selected?: string;
  onSelect: (unit: Unit) => void;
  /** Leaves out a unit with all below it: where it may not be moved to. */
  without?: string;
}

/** The agencies and their units, opened level by level. */
export function UnitTree({ label, selected, onSelect, without }: UnitTreeProps) {
  const units = unitTree();
  useEffect(() => {
    void units.load(null);
    for (const unit of units.expanded.peek()) void units.load(unit);
  }, [units]);
  const top = units.below(null);
  if (top?.state === 'failed' && top.units.length === 0) {
    return <Trouble error={top.error} onRetry={() => void units.load(null, { again: true })} />;
  }
  if (!top || (top.state === 'loading' && top.units.length === 0)) return <Skeleton kind="setting" />;
  if (top.units.length === 0)
    return <EmptyState icon={Building2} title={strings('empty')} text={strings('emptyText')} />;
  return (
    <Tree
      label={label ?? strings('tree')}
      nodes={top.units.filter((it) => it.id !== without).map((it) => nodeOf(units, it, without))}
      expanded={units.expanded.value}
      onToggle={(unit, open) => void units.toggle(unit, open)}
      selected={selected}
      onSelect={(id) => {
        const unit = units.find(id);
        if (unit) onSelect(unit);
      }}
    />
  );
}

interface UnitSheetProps {
  title?: string;
  onChoose: (unit: Unit) => void;
  onClose: () => void;
  without?: string;
}

/** The tree as a sheet, to choose one. */
export function UnitSheet({ title, onChoose, onClose, without }: UnitSheetProps) {
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  return (
    <Sheet title={title ?? strings('choose')} onClose={onClose} full flush>
      <UnitTree
        selected={chosen}
        without={without}
        onSelect={(unit) => {
          setChosen(unit.id);
          onChoose(unit);
        }}
      />
    </Sheet>
  );
}
