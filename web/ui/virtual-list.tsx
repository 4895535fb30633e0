import type { ComponentChildren, Ref, VNode } from 'preact';
import { forwardRef } from 'preact/compat';
import { useRef } from 'preact/hooks';
import { useScrollMemory } from './scroll.ts';
import { Virtualizer, type CustomItemComponentProps, type VirtualizerHandle } from 'virtua';

export type { VirtualizerHandle };

interface VirtualListProps<T> {
  items: readonly T[];
  keyOf: (item: T) => string;
  children: (item: T, index: number) => VNode;
  label: string;
  /** A guess at the height of an item, px; measured as soon as it is drawn. */
  estimate?: number;
  /** Items were put in at the start: what is read stays where it is. */
  shift?: boolean;
  /** How many there are in all, when not all are here; −1 when nobody knows. */
  total?: number;
  /** Before the items, scrolls with them. */
  before?: ComponentChildren;
  after?: ComponentChildren;
  onScroll?: (offset: number) => void;
  onScrollEnd?: () => void;
  handle?: Ref<VirtualizerHandle>;
  boxRef?: Ref<HTMLDivElement>;
  class?: string;
  /** Nothing in its items takes the focus: the box does, so that keys can scroll it. */
  focusable?: boolean;
}

/** A long list of which only what is seen (and a little more) is drawn. Fills the height it is given. */
export function VirtualList<T>(props: VirtualListProps<T>) {
  const { items, keyOf, children, estimate, total } = props;
  const box = useRef<HTMLDivElement | null>(null);
  const Item = useItem(total ?? items.length);
  useScrollMemory(box, props.label);
  return (
    <div
      class={`virtual scroll ${props.class ?? ''}`}
      tabIndex={props.focusable ? 0 : -1}
      role={props.focusable ? 'region' : undefined}
      aria-label={props.focusable ? props.label : undefined}
      ref={(node) => {
        box.current = node;
        if (typeof props.boxRef === 'function') props.boxRef(node);
        else if (props.boxRef) props.boxRef.current = node;
      }}
    >
      {props.before}
      {items.length > 0 ? (
        <div role="list" aria-label={props.label}>
          <Virtualizer
            ref={props.handle}
            scrollRef={box}
            item={Item}
            itemSize={estimate}
            shift={props.shift}
            onScroll={props.onScroll}
            onScrollEnd={props.onScrollEnd}
          >
            {items.map((item, i) => {
              const node = children(item, i);
              node.key = keyOf(item);
              return node;
            })}
          </Virtualizer>
        </div>
      ) : null}
      {props.after}
    </div>
  );
}

/** Items say which of how many they are, because most of their neighbours are not in the page. */
function useItem(total: number) {
  const size = useRef(total);
  size.current = total;
  const item = useRef<unknown>(undefined);
  item.current ??= forwardRef<HTMLDivElement, CustomItemComponentProps>(function Item({ children, style, index }, ref) {
    return (
      <div
        ref={ref}
        style={style as Record<string, string | number>}
        role="listitem"
        aria-posinset={index + 1}
        aria-setsize={size.current}
      >
        {children as ComponentChildren}
      </div>
    );
  });
  return item.current;
}
