import { Problem } from '../../../protocol/problem.ts';
import { showToast } from '../../../web/ui/toast.tsx';
import { extensionOf, FORMATS, isTaken } from '../rules.ts';
import { files } from '../state.ts';
import { sendsOriginals } from '../state/original.ts';
import { drawn, readPicture } from '../state/shrink.ts';
import type { Picked, Upload } from '../state/upload.ts';
import { strings } from '../strings.ts';
import { refusalWords } from './refusal.ts';

/** The side of a picture shown from this device while the file is on its way, pixels. */
const THUMB = 640;
/** A film that tells nothing of itself in this time is sent without a picture. */
const FILM_MS = 8_000;

/** Puts chosen, dropped or pasted files into the composer of a chat; says why where it cannot. Answers those that lie there now. */
export async function attach(
  group: string,
  list: readonly File[],
  { asDocuments = false }: { asDocuments?: boolean } = {},
): Promise<readonly Upload[]> {
  const state = files.peek();
  if (!state || list.length === 0) return [];
  const wait = setTimeout(() => showToast({ words: strings('reading'), icon: null }), 1_500);
  try {
    await state.uploads.fetch();
    const uploads = state.uploads.it.peek();
    if (!uploads) {
      showToast({ words: strings('notShown'), icon: null });
      return [];
    }
    const picked: Picked[] = [];
    // One after the other: a cheap phone has no room for twenty photos at once.
    for (const it of list) picked.push(asDocuments ? documentOf(it) : await look(it));
    return uploads.add(group, picked);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { code, details } = error;
    showToast({ words: refusalWords({ code, details }, String(details['name'] ?? '')), icon: null });
    return [];
  } finally {
    clearTimeout(wait);
  }
}

function documentOf(it: File): Picked {
  return { kind: 'document', name: nameOf(it), blob: it };
}

/** What kind of file it is, how large, how long, and a picture of it. */
async function look(it: File): Promise<Picked> {
  const name = nameOf(it);
  const extension = extensionOf(name);
  const family = isTaken(extension) ? FORMATS[extension].family : undefined;
  if (it.type.startsWith('image/') && it.type !== 'image/svg+xml') {
    const picture = await readPicture(it);
    if (picture) {
      const { width, height } = picture;
      const thumb = await drawn(picture, picture, THUMB, 0.8);
      picture.close();
      const shrink = !sendsOriginals.peek() && extension !== 'gif' ? true : undefined;
      // A kind that only this device reads is made one that all read, also where originals are wanted.
      const must = shrink ?? (isTaken(extension) ? undefined : true);
      return { kind: 'photo', name, blob: it, width, height, thumb: thumb?.blob, ...(must ? { shrink: must } : {}) };
    }
  }
  if (family === 'moving' && !it.type.startsWith('audio/')) {
    const film = await lookAtFilm(it);
    return { kind: 'video', name, blob: it, ...film };
  }
  return { kind: 'document', name, blob: it };
}

/** What was pasted is called “image.png” by every browser: the hour tells more. */
function nameOf(it: File): string {
  if (it.name && it.name !== 'image.png') return it.name;
  const stamp = new Date().toISOString().slice(0, 19).replace(/\D/g, '');
  return `anh-${stamp}.${it.type.split('/')[1] ?? 'png'}`;
}

type Film = Pick<Picked, 'width' | 'height' | 'seconds' | 'thumb' | 'poster'>;

/** Size, length and first picture of a film, as far as this browser can play it. */
async function lookAtFilm(blob: Blob): Promise<Film> {
  const film = document.createElement('video');
  const address = URL.createObjectURL(blob);
  film.muted = true;
  film.playsInline = true;
  film.preload = 'auto';
  const happens = (name: string): Promise<void> =>
    new Promise((done, fail) => {
      film.addEventListener(name, () => done(), { once: true });
      film.addEventListener('error', () => fail(new Error('not to be played here')), { once: true });
      setTimeout(() => fail(new Error('nothing came')), FILM_MS);
    });
  try {
    const known = happens('loadeddata');
    film.src = address;
    await known;
    const { videoWidth: width, videoHeight: height, duration } = film;
    if (width === 0) return {};
    const shown = happens('seeked');
    film.currentTime = Number.isFinite(duration) ? Math.min(1, duration / 4) : 0.1;
    await shown;
    const poster = await drawn(film, { width, height }, 1_280, 0.8);
    const thumb = await drawn(film, { width, height }, THUMB, 0.8);
    const seconds = Number.isFinite(duration) ? { seconds: Math.round(duration * 10) / 10 } : {};
    return { width, height, ...seconds, poster: poster?.blob, thumb: thumb?.blob };
  } catch {
    return {};
  } finally {
    film.removeAttribute('src');
    film.load();
    URL.revokeObjectURL(address);
  }
}
