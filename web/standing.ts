import { createContext, type ComponentType } from 'preact';
import type { Frame } from './routing.ts';

/** What the frame tells the screen that stands in it. */
export interface Standing {
  frame: Frame;
  /** Where back leads when nothing was before: the screen this one belongs to. */
  parent: string;
  strips: readonly ComponentType[];
  /** Where closing is more than going back: the info column that stands by itself. */
  leave?: () => void;
  /** It stands there without having been asked for, so it does not name the window. */
  byItself?: boolean;
}

export const StandingContext = createContext<Standing>({ frame: 'page', parent: '/', strips: [] });
