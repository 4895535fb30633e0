import type { IconNode } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

import { Icon } from '../../../web/ui/icon.tsx';
import { Link } from '../../../web/ui/button.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { strings } from '../strings/card.ts';
import '../card.css';

interface CardFrameProps {
  title: string;
  /** What it is, said before the title to who cannot see the icon. */
  kind: string;
  icon: IconNode;
  /** Where it is shown whole. */
  href?: string;
  /** Beside the title: a tag, its version. */
  after?: ComponentChildren;
  /** In the place of the icon: the tile of a day. */
  tile?: ComponentChildren;
  children?: ComponentChildren;
  /** The line at its foot: who made it, how many have read it. */
  foot?: ComponentChildren;
  /** In the conversation, where the bubble is its frame. */
  narrow?: boolean;
}

/** How notes, reminders and polls look alike, on the board and in the conversation. */
export function CardFrame({ title, kind, icon, href, after, tile, children, foot, narrow }: CardFrameProps) {
  const id = useId();
  // In the conversation it is no heading: those of the page would not follow each other.
  const Title = narrow ? 'p' : 'h3';
  return (
    <section class={`board-card${narrow ? ' board-card-narrow' : ''}`} aria-labelledby={id}>
      <header class="board-card-head">
        {tile ?? <Icon of={icon} size={20} class="board-card-icon" />}
        <Title class="board-card-title" id={id}>
          <span class="unseen">{kind}: </span>
          {href ? <Link href={href}>{title}</Link> : title}
        </Title>
        {after ? <span class="board-card-after">{after}</span> : null}
      </header>
      {children ? <div class="board-card-body">{children}</div> : null}
      {foot ? <footer class="board-card-foot">{foot}</footer> : null}
    </section>
  );
}

/** A card of which only the title is known yet. */
export function CardComing({ title, narrow }: { title: string; narrow?: boolean }) {
  return (
    <section class={`board-card${narrow ? ' board-card-narrow' : ''}`} aria-busy="true">
      {title ? <p class="board-card-title">{title}</p> : null}
      <Skeleton kind="text" rows={2} />
    </section>
  );
}

/** A thing that was removed, or is no longer for this person. */
export function CardGone({ narrow }: { narrow?: boolean }) {
  return <p class={`board-card board-card-gone${narrow ? ' board-card-narrow' : ''}`}>{strings('gone')}</p>;
}
