import type { ComponentType } from 'preact';

/** Where sheets and dialogs are laid over what is shown: the composer's place is one. */
export interface FormPlace {
  readonly show: (panel: () => Promise<ComponentType<{ onClose: () => void }>>) => void;
}
