import { Bold, Italic, List, ListOrdered, Strikethrough } from 'lucide';
import type { IconNode } from 'lucide';

import { strings } from '../../strings/format.ts';
import type { Format } from './format.ts';

interface FormatWords {
  readonly icon: IconNode;
  readonly label: () => string;
  /** With Ctrl. */
  readonly key?: string;
  /** How it is written by hand. */
  readonly written: () => string;
}

export const FORMATS: Readonly<Record<Format, FormatWords>> = {
  bold: { icon: Bold, label: () => strings('bold'), key: 'B', written: () => `*${strings('boldExample')}*` },
  italic: { icon: Italic, label: () => strings('italic'), key: 'I', written: () => `_${strings('italicExample')}_` },
  strike: { icon: Strikethrough, label: () => strings('strike'), written: () => `~${strings('strikeExample')}~` },
  bullet: { icon: List, label: () => strings('bullets'), written: () => `- ${strings('listExample')}` },
  number: { icon: ListOrdered, label: () => strings('numbers'), written: () => `1. ${strings('listExample')}` },
};
export const formats = Object.keys(FORMATS) as Format[];
