import type { ComponentChildren } from 'preact';
import { CircleAlert, LifeBuoy, Phone, SearchX, type IconNode } from 'lucide';
import { formatPhone, phoneLink } from '../format.ts';
import { helpContact, type HelpContact } from '../help.ts';
import { strings } from '../strings.ts';
import { Button, LinkButton } from './button.tsx';
import { Icon } from './icon.tsx';
import { Mark } from './mark.tsx';
import './states.css';

interface EmptyStateProps {
  /** The mark stands when there is no icon. */
  icon?: IconNode;
  title: string;
  text?: ComponentChildren;
  /** One button, and at most one more beneath it. */
  action?: ComponentChildren;
  /** announce: it came as an answer (a search), so it is read aloud. */
  announce?: boolean;
}

export function EmptyState({ icon, title, text, action, announce }: EmptyStateProps) {
  return (
    <div class="state" role={announce ? 'status' : undefined}>
      {icon ? <Icon of={icon} size={88} class="state-icon" /> : <Mark size={88} />}
      <p class="state-title">{title}</p>
      {text ? <p class="state-text">{text}</p> : null}
      {action ? <div class="state-actions">{action}</div> : null}
    </div>
  );
}

export function NothingFound({ q, action }: { q: string; action?: ComponentChildren }) {
  return (
    <EmptyState
      icon={SearchX}
      title={strings('nothingFound', { q })}
      text={strings('nothingFoundText')}
      action={action}
      announce
    />
  );
}

interface ErrorStateProps {
  /** The id the server gave its fault. */
  faultId?: string;
  title?: string;
  text?: string;
  onRetry?: () => void;
  retry?: string;
}

export function ErrorState({ faultId, title, text, onRetry, retry }: ErrorStateProps) {
  return (
    <div class="state" role="alert">
      <Icon of={CircleAlert} size={44} class="state-fault" />
      <p class="state-title">{title ?? strings('faultTitle')}</p>
      <p class="state-text">
        {text ?? strings('faultText')}
        {faultId ? <span class="state-id">{strings('faultId', { id: faultId })}</span> : null}
      </p>
      {onRetry ? (
        <div class="state-actions">
          <Button onPress={onRetry}>{retry ?? strings('retry')}</Button>
        </div>
      ) : null}
      <HelpCard />
    </div>
  );
}

/** The same words whether it never was or may not be seen. */
export function Gone({ home = '/' }: { home?: string }) {
  return (
    <EmptyState
      icon={SearchX}
      title={strings('gone')}
      action={
        <LinkButton href={home} look="outline">
          {strings('goHome')}
        </LinkButton>
      }
      announce
    />
  );
}

/** Whom to call, with a button that does it. Nothing while nobody is named. */
export function HelpCard({ contact = helpContact.value, title }: { contact?: HelpContact; title?: string }) {
  if (!contact) return null;
  return (
    <div class="help-card" role="group" aria-label={strings('helpContact')}>
      <Icon of={LifeBuoy} size={24} />
      <div class="help-words">
        <p class="help-title">{title ?? strings('helpNeeded')}</p>
        <p>
          {contact.name}
          {contact.unit ? ` · ${contact.unit}` : ''}
        </p>
        <p>{formatPhone(contact.phone)}</p>
        {contact.email ? <p>{contact.email}</p> : null}
      </div>
      <LinkButton
        href={phoneLink(contact.phone)}
        look="outline"
        icon={Phone}
        label={`${strings('call')} ${contact.name}, ${formatPhone(contact.phone)}`}
      >
        {strings('call')}
      </LinkButton>
    </div>
  );
}
