import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ShieldCheck, ShieldX, X } from 'lucide';

import { formatSize } from '../../../web/format.ts';
import { Icon } from '../../../web/ui/icon.tsx';
import { IconButton } from '../../../web/ui/button.tsx';
import { secrecy } from '../state.ts';
import { strings } from '../strings/sender.ts';
import { strings as told } from '../strings/told.ts';
import { AppealSheet } from './appeal.tsx';
import { StepsSheet } from './steps.tsx';
import { isGone, titleOf } from './what.ts';
import type { What } from './what.ts';
import './guard.css';

export interface CardProps {
  /** Announced once under this name, however often it is drawn. */
  id: string;
  what: What;
  state?: 'checking' | 'refused' | 'offline';
  code: string;
  incident: string | null;
  at: number;
  file?: { readonly extension: string; readonly bytes: number };
  /** Puts the words back where they can be written otherwise. */
  onEdit?: () => void;
  /** Gives the words back that came with a file. */
  onWords?: () => void;
  onAgain?: () => void;
  /** Forgets it. */
  onClose?: () => void;
  /** The buttons take part in the order of focus; in the log the arrows lead to them. */
  focusable?: boolean;
}

const announced = new Set<string>();

/** Said once by a screen reader: a card that comes into sight again is no news. */
function useNews(id: string): boolean {
  const [news] = useState(() => !announced.has(id));
  announced.add(id);
  return news;
}

const textOf = ({ what, code, state }: Pick<CardProps, 'what' | 'code' | 'state'>): string => {
  if (state === 'checking') return strings('checking');
  if (state === 'offline') return strings('offline');
  if (what === 'file') return told(code === 'secrecy.unchecked' ? 'fileUnchecked' : 'fileMarked');
  if (what === 'edit') return strings('editMarked');
  if (what === 'form') return strings('formMarked');
  if (what === 'report') return strings('reportGone');
  return isGone(what) ? strings('formGone') : told('marked');
};

/** What the guard refused, in its place: what happened, and what can be done. It never says what was met. */
export function GuardCard(props: CardProps) {
  const { id, what, state = 'refused', code, incident, at, file, onEdit, onWords, onAgain, onClose } = props;
  const news = useNews(`${id} ${state}`);
  const [open, setOpen] = useState<'appeal' | 'steps'>();
  const appealed = incident !== null && (secrecy.value?.appealed.value.has(incident) ?? false);
  const canAppeal = state === 'refused' && incident !== null && !appealed;
  const close = (): void => setOpen(undefined);
  const tab = props.focusable === false ? -1 : undefined;
  const act = (words: string, run: () => void, main = false): ComponentChildren => (
    <button type="button" class={main ? 'guard-main' : undefined} tabIndex={tab} onClick={run}>
      {words}
    </button>
  );
  const { extension, bytes } = file ?? { extension: '', bytes: 0 };
  return (
    <>
      <div class="guard-card">
        <div role={news ? (state === 'checking' ? 'status' : 'alert') : undefined}>
          <p class="guard-title">
            <Icon of={state === 'checking' ? ShieldCheck : ShieldX} size={20} />
            {state === 'checking' ? strings('checkingTitle') : titleOf(what)}
          </p>
          {file ? (
            <p class="guard-kind">{[extension.toUpperCase(), formatSize(bytes)].filter(Boolean).join(' · ')}</p>
          ) : null}
          <p class="guard-text">{textOf({ what, code, state })}</p>
          {appealed ? <p class="guard-kind">{strings('appealed')}</p> : null}
        </div>
        {onClose && state !== 'checking' ? (
          <IconButton icon={X} size={20} label={strings('close')} class="guard-close" onPress={onClose} />
        ) : null}
        {state === 'checking' ? null : (
          <p class="guard-acts">
            {what === 'file' || !onEdit ? act(strings('steps'), () => setOpen('steps'), true) : null}
            {onEdit ? act(strings('edit'), onEdit, true) : null}
            {onAgain && state === 'offline' ? act(strings('again'), onAgain) : null}
            {onWords ? act(strings('words'), onWords) : null}
            {canAppeal ? act(strings('appeal'), () => setOpen('appeal')) : null}
          </p>
        )}
      </div>
      {open === 'appeal' && incident !== null ? <AppealSheet incident={incident} onClose={close} /> : null}
      {open === 'steps' ? (
        <StepsSheet
          what={what}
          code={code}
          at={at}
          onAppeal={canAppeal ? () => setOpen('appeal') : undefined}
          onClose={close}
        />
      ) : null}
    </>
  );
}
