import type { ChosenKind } from '../rules.ts';
import type { GroupKind } from '../rights.ts';
import { strings } from '../strings.ts';

/** “Chỉ đạo, điều hành” and the sentence that explains it. */
export function kindWords(kind: ChosenKind): { label: string; help: string } {
  switch (kind) {
    case 'directive':
      return { label: strings('directive'), help: strings('directiveHelp') };
    case 'coordination':
      return { label: strings('coordination'), help: strings('coordinationHelp') };
    case 'area':
      return { label: strings('areaKind'), help: strings('areaKindHelp') };
    case 'announcement':
      return { label: strings('announcement'), help: strings('announcementHelp') };
  }
}

/** “Nhóm chỉ đạo”; empty for a conversation of two. */
export function groupWords(kind: GroupKind): string {
  switch (kind) {
    case 'directive':
      return strings('directiveGroup');
    case 'coordination':
      return strings('coordinationGroup');
    case 'area':
      return strings('areaGroup');
    case 'announcement':
      return strings('announcementGroup');
    case 'pair':
      return '';
  }
}
