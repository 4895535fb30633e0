import type { ComponentChildren, Ref } from 'preact';
import { useContext, useEffect, useId, useRef } from 'preact/hooks';
import { ArrowLeft, X } from 'lucide';
import { StandingContext } from '../standing.ts';
import { back } from '../routing.ts';
import { useTitle } from '../title.ts';
import { strings } from '../strings.ts';
import { IconButton } from './button.tsx';
import { hand } from './inputs.ts';
import { Mark } from './mark.tsx';
import { useScrollMemory } from './scroll.ts';
import './page.css';

interface PageProps {
  title: string;
  subtitle?: ComponentChildren;
  /** The title in the window's bar, where it differs. */
  windowTitle?: string;
  /** root: a tab's first screen, large title, no back. bar: every other. */
  look?: 'bar' | 'root';
  /** With the mark before a root's title (the chat list). */
  mark?: boolean;
  /** Always shows the back arrow, also beside a list (a screen that was opened from another detail). */
  nested?: boolean;
  /** Where back leads when nothing was before; otherwise the parent of the screen. */
  backTo?: string;
  /** Instead of going back: leaves a selection mode or a step. */
  onBack?: () => void;
  /** × in place of the arrow (selection mode). */
  closes?: boolean;
  /** In the bar at the right: icon buttons. */
  actions?: ComponentChildren;
  /** In place of the title: a search field, a person's name that opens something. */
  heading?: ComponentChildren;
  /** Under the bar, does not scroll: search, chips, segments. */
  head?: ComponentChildren;
  /** Below what scrolls: the composer, the main button. */
  foot?: ComponentChildren;
  /** The foot is a bar of buttons with gutter (default), or brings its own edges. */
  footLook?: 'bar' | 'plain';
  children: ComponentChildren;
  ground?: 'surface' | 'bg' | 'canvas';
  /** false: the child scrolls by itself (message log, windowed list). */
  scrolls?: boolean;
  /** Width the content is held to on a computer: text 640, form 720, none. */
  lane?: 'text' | 'form' | 'none';
  /** Remembers where it was scrolled to, under this name. */
  scrollName?: string;
  bodyRef?: Ref<HTMLDivElement>;
  class?: string;
}

/** One screen: bar, strips, head, what scrolls, foot. */
export function Page(props: PageProps) {
  const { look = 'bar', ground = 'surface', scrolls = true, lane = 'none' } = props;
  const standing = useContext(StandingContext);
  const id = useId();
  const body = useRef<HTMLDivElement | null>(null);
  useTitle(props.windowTitle ?? props.title, standing.byItself ? undefined : standing.frame);
  useScrollMemory(body, scrolls ? (props.scrollName ?? props.title) : undefined);
  useEffect(() => hand(props.bodyRef, body.current), [props.bodyRef]);
  const parent = props.backTo ?? standing.parent;
  const leave = () => {
    if (props.onBack) props.onBack();
    else if (standing.leave) standing.leave();
    else back(parent);
  };
  const panel = standing.frame === 'info' && !props.nested && !props.closes;
  const showsBack = look === 'bar';
  return (
    <div class={`page page-${ground} page-look-${look} ${props.class ?? ''}`} aria-labelledby={id}>
      <div class="page-bar">
        {showsBack ? (
          <span class={`page-back${props.nested || props.onBack || props.closes ? ' page-back-always' : ''}`}>
            {/* A panel beside its chat is closed; the same screen on a phone goes back. CSS shows one of the two. */}
            <IconButton
              icon={props.closes ? X : ArrowLeft}
              label={strings(props.closes ? 'close' : 'back')}
              onPress={leave}
            />
          </span>
        ) : null}
        {look === 'root' && props.mark ? <Mark size={24} /> : null}
        {props.heading ?? (
          <div class="page-titles">
            <h1 id={id} class="page-title cut" tabIndex={-1} title={props.title}>
              {props.title}
            </h1>
            {props.subtitle ? <p class="page-subtitle cut">{props.subtitle}</p> : null}
          </div>
        )}
        {props.heading ? (
          <h1 id={id} class="unseen" tabIndex={-1}>
            {props.title}
          </h1>
        ) : null}
        {props.actions ? <div class="page-actions">{props.actions}</div> : null}
        {panel ? (
          <span class="page-close">
            <IconButton icon={X} label={strings('close')} onPress={leave} />
          </span>
        ) : null}
      </div>
      <Strips />
      {props.head ? <div class="page-head">{props.head}</div> : null}
      <div
        class={`page-body${scrolls ? ' scroll' : ' page-fixed'} lane-${lane}`}
        ref={body}
        tabIndex={scrolls ? -1 : undefined}
      >
        {props.children}
      </div>
      {props.foot ? <div class={`page-foot page-foot-${props.footLook ?? 'bar'}`}>{props.foot}</div> : null}
    </div>
  );
}

/** The strips of the shell (offline, new version); a screen that does not use `Page` puts them under its own bar. */
export function Strips() {
  const { strips } = useContext(StandingContext);
  return (
    <div class="strips">
      {strips.map((StripView, i) => (
        <StripView key={i} />
      ))}
    </div>
  );
}
