import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { ChevronRight, type IconNode } from 'lucide';
import { Avatar } from './avatar.tsx';
import { Link } from './button.tsx';
import { Icon } from './icon.tsx';
import { Badge } from './tag.tsx';
import { useMenuGesture, type MenuPlace } from './gestures.ts';
import './rows.css';

interface PersonRowProps {
  id: string;
  name: string;
  photo?: string | null;
  /** Draws a group instead of a person. */
  group?: string | true;
  /** Second line: position · unit. */
  second?: ComponentChildren;
  /** Before the second line: role tags, so that names are never cut by them. */
  tags?: ComponentChildren;
  third?: ComponentChildren;
  /** At the right end, first line: an age, a time. */
  after?: ComponentChildren;
  /** At the right end, pressed on its own: a ⋯ button. */
  actions?: ComponentChildren;
  href?: string;
  onPress?: () => void;
  selected?: boolean;
  online?: boolean;
  role?: 'owner' | 'deputy';
  size?: 40 | 48;
  /** Opens the row's menu by long press, right click and the menu key. */
  onMenu?: (at: MenuPlace) => void;
}

/** A person or a group in a list, 60 high. */
export function PersonRow(props: PersonRowProps) {
  const gesture = useMenuGesture(props.onMenu ?? (() => {}));
  const inside = (
    <>
      <Avatar
        id={props.id}
        name={props.name}
        photo={props.photo}
        group={props.group}
        size={props.size ?? 40}
        online={props.online}
        role={props.role}
      />
      <span class="row-words">
        <span class="row-first">
          <span class="row-name cut" title={props.name}>
            {props.name}
          </span>
          {props.after ? <span class="row-after">{props.after}</span> : null}
        </span>
        {props.second || props.tags ? (
          <span class="row-second">
            {props.tags}
            {props.second ? <span class="cut">{props.second}</span> : null}
          </span>
        ) : null}
        {props.third ? <span class="row-third">{props.third}</span> : null}
      </span>
    </>
  );
  return (
    <div class={`row person-row${props.selected ? ' row-selected' : ''}`} {...(props.onMenu ? gesture : {})}>
      <Pressable href={props.href} onPress={props.onPress} class="row-press" selected={props.selected}>
        {inside}
      </Pressable>
      {props.actions ? <span class="row-actions">{props.actions}</span> : null}
    </div>
  );
}

interface SettingRowProps {
  label: string;
  icon?: IconNode;
  help?: ComponentChildren;
  /** The present value at the right: “Tất cả”, “48”. */
  value?: ComponentChildren;
  /** gold: only leaders may. */
  valueTone?: 'plain' | 'gold';
  count?: number;
  countWords?: string;
  tone?: 'plain' | 'red' | 'accent';
  href?: string;
  onPress?: () => void;
  selected?: boolean;
  /** Instead of the chevron: a call button. */
  after?: ComponentChildren;
}

/** One line of options, 52 high, that leads on. */
export function SettingRow(props: SettingRowProps) {
  const leads = props.href !== undefined || props.onPress !== undefined;
  return (
    <div class={`row setting-row row-${props.tone ?? 'plain'}${props.selected ? ' row-selected' : ''}`}>
      <Pressable href={props.href} onPress={props.onPress} class="row-press" selected={props.selected}>
        {props.icon ? <Icon of={props.icon} size={20} class="row-icon" /> : null}
        <span class="row-main">
          <span class="row-words">
            <span>{props.label}</span>
            {props.help ? <span class="row-help">{props.help}</span> : null}
          </span>
          {props.value !== undefined ? (
            <span class={`row-value${props.valueTone === 'gold' ? ' row-value-gold' : ''}`}>{props.value}</span>
          ) : null}
          {props.count ? <Badge n={props.count} words={props.countWords} /> : null}
        </span>
        {leads && !props.after && props.tone !== 'red' ? (
          <Icon of={ChevronRight} size={20} class="row-chevron" />
        ) : null}
      </Pressable>
      {props.after ? <span class="row-actions">{props.after}</span> : null}
    </div>
  );
}

interface PressableProps {
  href?: string;
  onPress?: () => void;
  class: string;
  selected?: boolean;
  children: ComponentChildren;
}

function Pressable({ href, onPress, class: className, selected, children }: PressableProps) {
  if (href !== undefined) {
    return (
      <Link href={href} class={className} current={selected ? 'page' : undefined} onPress={onPress}>
        {children}
      </Link>
    );
  }
  if (onPress) {
    return (
      <button type="button" class={className} onClick={onPress} aria-current={selected ? 'true' : undefined}>
        {children}
      </button>
    );
  }
  return <div class={className}>{children}</div>;
}

interface SectionProps {
  title?: string;
  /** Beside the title: “Chọn tất cả”. */
  action?: ComponentChildren;
  count?: number;
  children: ComponentChildren;
  /** band: a strip of ground above it. plain: only space. card: a bordered card on ground. */
  look?: 'band' | 'plain' | 'card';
  /** Level of the heading, 2 unless told. */
  level?: 2 | 3;
}

/** Rows that belong together, under a heading. */
export function Section({ title, action, count, children, look = 'band', level = 2 }: SectionProps) {
  const id = useId();
  const Heading = `h${level}` as const;
  return (
    <section class={`section section-${look}`} aria-labelledby={title ? id : undefined}>
      {title ? (
        <div class="section-head">
          <Heading class="section-title" id={id}>
            {title}
            {count !== undefined ? <span class="section-count"> {count}</span> : null}
          </Heading>
          {action}
        </div>
      ) : null}
      <div class="section-body">{children}</div>
    </section>
  );
}
