import type { ComponentChildren, Ref } from 'preact';
import type { IconNode } from 'lucide';
import { useId, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { Spinner } from './progress.tsx';
import { navigate } from '../routing.ts';
import './button.css';

interface Look {
  /** filled: the one main act of a screen. danger: red filled, only inside the confirmation of a destructive act. */
  look?: 'filled' | 'outline' | 'soft' | 'text' | 'danger' | 'danger-text' | 'danger-outline' | 'guard';
  /** large 48: the one main act of a phone screen. small 36: dense rows on a computer. */
  size?: 'large' | 'medium' | 'small';
  icon?: IconNode;
  /** An icon after the words: an arrow onwards. */
  iconAfter?: IconNode;
  /** Fills the width it is given. */
  wide?: boolean;
}

interface ButtonProps extends Look {
  children: ComponentChildren;
  onPress?: (event: MouseEvent) => void;
  type?: 'button' | 'submit';
  form?: string;
  /** While working: the label stays, a spinner stands for the icon, pressing again does nothing. */
  busy?: boolean;
  disabled?: boolean;
  /** Why it cannot be pressed now. The button can then be reached, and pressing says the reason beneath it. */
  reason?: string;
  pressed?: boolean;
  expanded?: boolean;
  label?: string;
  describedBy?: string;
  autofocus?: boolean;
  class?: string;
  buttonRef?: Ref<HTMLButtonElement>;
}

const classOf = ({ look = 'filled', size = 'medium', wide }: Look, more = '') =>
  `button button-${look} button-${size}${wide ? ' button-wide' : ''} ${more}`;

export function Button(props: ButtonProps) {
  const { children, onPress, type = 'button', busy, disabled, reason, icon, iconAfter } = props;
  const [saysWhy, setSaysWhy] = useState(false);
  const why = useId();
  const held = disabled || reason !== undefined;
  const press = (event: MouseEvent) => {
    if (busy || held) {
      event.preventDefault();
      if (reason) setSaysWhy(true);
      return;
    }
    onPress?.(event);
  };
  const button = (
    <button
      ref={props.buttonRef}
      type={type}
      form={props.form}
      class={classOf(props, props.class)}
      // The field that is being left keeps the focus until the press is done: a sentence that appears under it on leaving
      // would move the button away from under the finger.
      onMouseDown={type === 'submit' ? (event) => event.preventDefault() : undefined}
      onClick={press}
      aria-busy={busy || undefined}
      aria-disabled={held || undefined}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      aria-label={props.label}
      aria-describedby={saysWhy && reason ? why : props.describedBy}
      autofocus={props.autofocus}
    >
      {busy ? <Spinner size={20} /> : icon ? <Icon of={icon} size={20} /> : null}
      <span class="button-words">{children}</span>
      {iconAfter ? <Icon of={iconAfter} size={20} /> : null}
    </button>
  );
  if (reason === undefined) return button;
  return (
    <span class={`button-why${props.wide ? ' button-wide' : ''}`}>
      {button}
      <span id={why} class="button-reason" role="status">
        {saysWhy ? reason : ''}
      </span>
    </span>
  );
}

interface LinkButtonProps extends Look {
  children: ComponentChildren;
  href: string;
  class?: string;
  label?: string;
  download?: boolean;
}

/** Looks like a button, is a link: leads to a screen, a file or a telephone. */
export function LinkButton(props: LinkButtonProps) {
  return (
    <Link href={props.href} class={classOf(props, props.class)} label={props.label} download={props.download}>
      {props.icon ? <Icon of={props.icon} size={20} /> : null}
      <span class="button-words">{props.children}</span>
      {props.iconAfter ? <Icon of={props.iconAfter} size={20} /> : null}
    </Link>
  );
}

interface IconButtonProps {
  icon: IconNode;
  /** What it does; also shown as a tip under the mouse. */
  label: string;
  onPress?: (event: MouseEvent) => void;
  href?: string;
  pressed?: boolean;
  expanded?: boolean;
  hasMenu?: boolean;
  disabled?: boolean;
  busy?: boolean;
  /** plain: no ground. soft: round on soft ground. filled: send. */
  look?: 'plain' | 'soft' | 'filled' | 'danger';
  size?: 20 | 24;
  count?: number;
  class?: string;
  buttonRef?: Ref<HTMLButtonElement>;
  autofocus?: boolean;
  /** −1: not a stop of the Tab key; other keys lead to it. */
  tabIndex?: -1;
}

export function IconButton(props: IconButtonProps) {
  const { icon, label, look = 'plain', size = 24, count } = props;
  const className = `icon-button icon-button-${look} ${props.class ?? ''}`;
  const inside = (
    <>
      {props.busy ? <Spinner size={20} /> : <Icon of={icon} size={size} />}
      {count ? (
        <>
          <span class="unseen">{label}</span> <span class="icon-button-count">{count > 99 ? '99+' : count}</span>
        </>
      ) : null}
    </>
  );
  if (props.href !== undefined) {
    return (
      <Link href={props.href} class={className} label={count ? undefined : label} title={label}>
        {inside}
      </Link>
    );
  }
  return (
    <button
      ref={props.buttonRef}
      type="button"
      class={className}
      title={label}
      aria-label={count ? undefined : label}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      aria-haspopup={props.hasMenu ? 'menu' : undefined}
      aria-busy={props.busy || undefined}
      aria-disabled={props.disabled || undefined}
      autofocus={props.autofocus}
      tabIndex={props.tabIndex}
      onClick={(event) => {
        if (!props.disabled && !props.busy) props.onPress?.(event);
      }}
    >
      {inside}
    </button>
  );
}

interface LinkProps {
  href: string;
  children: ComponentChildren;
  class?: string;
  label?: string;
  title?: string;
  current?: 'page' | 'true' | 'step' | 'location';
  replace?: boolean;
  download?: boolean;
  onPress?: (event: MouseEvent) => void;
  id?: string;
  tabIndex?: number;
}

/** A link. Inside the program it changes the screen without loading the page anew. */
export function Link(props: LinkProps) {
  const inside = props.href.startsWith('/') && !props.download && !props.href.startsWith('/huong-dan');
  const press = (event: MouseEvent) => {
    props.onPress?.(event);
    if (event.defaultPrevented || !inside) return;
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(props.href, { replace: props.replace });
  };
  const outside = /^https?:/.test(props.href);
  return (
    <a
      id={props.id}
      href={props.href}
      class={props.class}
      aria-label={props.label}
      aria-current={props.current}
      title={props.title}
      download={props.download}
      tabIndex={props.tabIndex}
      target={outside ? '_blank' : undefined}
      rel={outside ? 'noopener noreferrer' : undefined}
      onClick={press}
    >
      {props.children}
    </a>
  );
}
