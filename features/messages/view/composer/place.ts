import type { ComponentType } from 'preact';

import type { Right } from '../../../groups/rights.ts';
import type { Selected } from '../../rules/marking.ts';
import type { Composition } from '../../state/composition.ts';
import type { Messages } from '../../state.ts';

/** What the parts of a composer are given. */
export interface ComposerPlace {
  readonly group: string;
  /** The chat's name, as the field's words have it. */
  readonly name: string;
  readonly pair: boolean;
  /** How many are in it, the actor among them. */
  readonly members: number;
  readonly messages: Messages;
  readonly composition: Composition;
  readonly can: (right: Right) => boolean;
  /** Opens a sheet, a dialog or a panel over the conversation; its code comes when it is first opened. */
  readonly show: (panel: () => Promise<ComponentType<PanelProps>>) => void;
  /** Sends what stands in the composition, as the button does. */
  readonly send: () => void;
  readonly focus: () => void;
  /** Changes the text with regard to what is selected in it. */
  readonly reshape: (change: (it: Selected) => Selected) => void;
}

export interface PanelProps {
  readonly place: ComposerPlace;
  readonly onClose: () => void;
}
