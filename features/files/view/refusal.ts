import { formatSize } from '../../../web/format.ts';
import { extensionOf, FILE_BYTES_MOST } from '../rules.ts';
import type { Trouble } from '../state/upload.ts';
import { guardStrings as guard } from '../../secrecy/view/words.ts';
import { strings } from '../strings.ts';

/** Why a file does not go, and what to do about it. */
export function refusalWords(trouble: Trouble | undefined, name: string): string {
  const details = trouble?.details ?? {};
  const most = typeof details['most'] === 'number' ? details['most'] : FILE_BYTES_MOST;
  switch (trouble?.code) {
    case 'secrecy.marked':
      return guard('fileMarked');
    case 'secrecy.unchecked':
      return guard('fileUnchecked');
    case 'secrecy.queue':
      return guard('fileQueue');
    case 'file.too_large':
      return strings('tooLarge', { name, most: formatSize(most) });
    case 'file.kind_refused': {
      const extension = typeof details['extension'] === 'string' ? details['extension'] : extensionOf(name);
      return strings('kindRefused', { extension: extension ? `.${extension}` : name });
    }
    case 'file.mismatch':
      return strings('mismatch');
    case 'file.damaged':
      return strings('damaged');
    case 'file.unchecked':
      return strings('unchecked');
    case 'file.active':
      return strings('active');
    case 'file.too_much_inside':
      return strings('tooMuchInside');
    case 'file.quota':
      return strings(details['of'] === 'person' ? 'quotaPerson' : 'quotaDay');
    case 'server.storage_full':
      return strings('storageFull');
    case 'file.unknown':
      return strings('unknown');
    case 'file.lost':
      return strings('lost');
    case 'file.too_many':
      return strings('tooMany', { n: most });
    case 'file.empty':
      return strings('empty', { name });
    case 'file.no_room':
      return strings('noRoom', { most: formatSize(most) });
    case 'forbidden':
      return strings('notAllowed');
    case 'fault':
      return strings('fault');
    default:
      return strings('refusedOther');
  }
}
