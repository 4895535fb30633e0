import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ChevronDown, ChevronRight, type IconNode } from 'lucide';
import { strings } from '../strings.ts';
import { TickBox } from './choice.tsx';
import { Icon } from './icon.tsx';
import { Spinner } from './progress.tsx';
import './tree.css';

export interface TreeNode {
  id: string;
  label: string;
  /** Second line: code, old names, head of village. */
  second?: ComponentChildren;
  icon?: IconNode;
  after?: ComponentChildren;
  /** undefined and `hasChildren`: they come when it is opened. */
  children?: readonly TreeNode[];
  hasChildren?: boolean;
  busy?: boolean;
}

interface TreeProps {
  label: string;
  nodes: readonly TreeNode[];
  expanded: ReadonlySet<string>;
  onToggle: (id: string, open: boolean) => void;
  selected?: string;
  onSelect?: (id: string) => void;
  /** Tick boxes: whether a node is ticked, wholly or in part. */
  checked?: (id: string) => boolean | 'mixed';
  onCheck?: (id: string, checked: boolean) => void;
}

/** From here on lines out of sight are not laid out; below, nothing may shift under a finger. */
const LONG = 400;

interface Line {
  node: TreeNode;
  level: number;
  position: number;
  siblings: number;
  parent?: string;
}

const opens = (node: TreeNode) => node.hasChildren ?? (node.children !== undefined && node.children.length > 0);

/** What is visible, in order: a node, then its children if it is open. */
export function linesOf(nodes: readonly TreeNode[], expanded: ReadonlySet<string>): Line[] {
  const lines: Line[] = [];
  const walk = (list: readonly TreeNode[], level: number, parent?: string) => {
    for (const [i, node] of list.entries()) {
      lines.push({ node, level, position: i + 1, siblings: list.length, parent });
      if (expanded.has(node.id) && node.children) walk(node.children, level + 1, node.id);
    }
  };
  walk(nodes, 1);
  return lines;
}

export function Tree({ label, nodes, expanded, onToggle, selected, onSelect, checked, onCheck }: TreeProps) {
  const box = useRef<HTMLDivElement>(null);
  const lines = linesOf(nodes, expanded);
  const [current, setCurrent] = useState<string | undefined>(selected);
  const stop = lines.some((line) => line.node.id === current) ? current : lines[0]?.node.id;
  const moved = useRef(false);
  const typed = useRef({ text: '', at: 0 });

  useLayoutEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    box.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  });

  const go = (id: string | undefined) => {
    if (id === undefined) return;
    moved.current = true;
    setCurrent(id);
  };
  const act = (node: TreeNode) => {
    if (onCheck && checked) onCheck(node.id, checked(node.id) !== true);
    else onSelect?.(node.id);
  };
  const keys = (event: KeyboardEvent) => {
    const at = lines.findIndex((line) => line.node.id === stop);
    const line = lines[at];
    if (!line) return;
    const { node } = line;
    const open = expanded.has(node.id);
    switch (event.key) {
      case 'ArrowDown':
        go(lines[at + 1]?.node.id);
        break;
      case 'ArrowUp':
        go(lines[at - 1]?.node.id);
        break;
      case 'ArrowRight':
        if (opens(node) && !open) onToggle(node.id, true);
        else if (open) go(lines[at + 1]?.parent === node.id ? lines[at + 1]?.node.id : undefined);
        break;
      case 'ArrowLeft':
        if (open) onToggle(node.id, false);
        else go(line.parent);
        break;
      case 'Home':
        go(lines[0]?.node.id);
        break;
      case 'End':
        go(lines.at(-1)?.node.id);
        break;
      case 'Enter':
      case ' ':
        act(node);
        break;
      default: {
        if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
        const text = (event.timeStamp - typed.current.at < 600 ? typed.current.text : '') + event.key.toLowerCase();
        typed.current = { text, at: event.timeStamp };
        const from = text.length > 1 ? at : at + 1;
        const found = [...lines.slice(from), ...lines.slice(0, from)].find((other) =>
          other.node.label.toLowerCase().startsWith(text),
        );
        go(found?.node.id);
      }
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      class={lines.length > LONG ? 'tree tree-long' : 'tree'}
      role="tree"
      aria-label={label}
      aria-multiselectable={checked ? true : undefined}
      ref={box}
      onKeyDown={keys}
    >
      {lines.map(({ node, level, position, siblings }) => {
        const open = expanded.has(node.id);
        const tick = checked?.(node.id);
        return (
          <div
            key={node.id}
            class={`tree-line${selected === node.id ? ' tree-selected' : ''}`}
            style={{ '--level': level - 1 }}
            role="treeitem"
            aria-level={level}
            aria-posinset={position}
            aria-setsize={siblings}
            aria-expanded={opens(node) ? open : undefined}
            aria-selected={checked ? undefined : selected === node.id}
            aria-checked={tick}
            aria-busy={node.busy || undefined}
            tabIndex={node.id === stop ? 0 : -1}
            onFocus={() => setCurrent(node.id)}
            onClick={() => act(node)}
          >
            {opens(node) ? (
              <span
                class="tree-chevron"
                title={strings(open ? 'collapse' : 'expand')}
                onClick={(event) => {
                  event.stopPropagation();
                  onToggle(node.id, !open);
                }}
              >
                {node.busy ? <Spinner size={16} /> : <Icon of={open ? ChevronDown : ChevronRight} size={20} />}
              </span>
            ) : (
              <span class="tree-chevron" />
            )}
            {node.icon ? <Icon of={node.icon} size={20} class="tree-icon" /> : null}
            <span class="tree-words">
              <span class="tree-label">{node.label}</span>
              {node.second ? <span class="tree-second">{node.second}</span> : null}
            </span>
            {node.after}
            {tick === undefined ? null : (
              <span class="tree-tick" aria-hidden="true">
                <TickBox checked={tick === true} mixed={tick === 'mixed'} onChange={() => {}} still />
              </span>
            )}
          </div>
        );
      })}
    </div>
  );
}
