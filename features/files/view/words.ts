import { cutMiddle, formatClock } from '../../../web/format.ts';
import type { File } from '../protocol.ts';
import { strings } from '../strings/said.ts';

/** “3 ảnh”, “1 video”, “Tin nhắn thoại 0:24”, or the name of a file: what a message carries, in one line. */
export function filesWords(files: readonly Pick<File, 'kind' | 'name' | 'seconds'>[]): string {
  const [first] = files;
  if (!first) return '';
  const pictures = { photo: 0, video: 0, other: 0 };
  for (const { kind } of files) pictures[kind === 'photo' || kind === 'video' ? kind : 'other'] += 1;
  if (pictures.other === 0) {
    const parts = [
      pictures.photo > 0 ? strings('photos', { n: pictures.photo }) : '',
      pictures.video > 0 ? strings('videos', { n: pictures.video }) : '',
    ];
    return parts.filter(Boolean).join(', ');
  }
  if (first.kind === 'voice') return strings('voice', { time: formatClock(first.seconds ?? 0) });
  const named = cutMiddle((files.find((it) => it.kind === 'document') ?? first).name, 32);
  return files.length > 1 ? strings('more', { name: named, n: files.length - 1 }) : named;
}

/** Trying again would change nothing: the file itself is not taken. Why stands beside it. */
export function isRefusedFile(code: string | undefined): boolean {
  return code !== undefined && code.startsWith('file.') && !/quota|unknown|not_ready/.test(code);
}

export function refusedFileWords(): string {
  return strings('notSent');
}

/** Of a message without words whose files are not known to the list: they are on their way. */
export function waitingWords(): string {
  return strings('file');
}

/** What other screens call the media store, and what it stands beside. */
export const storeWords = strings;
