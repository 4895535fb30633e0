import { WAVE_SAMPLES } from '../rules.ts';

/** Loudness over time, 0–1, as many as there were, as 64 bytes: the loudest of each stretch, the loudest of all at the top. */
export function waveOf(levels: readonly number[]): string {
  const loudest = Math.max(0.02, ...levels);
  let bytes = '';
  for (let at = 0; at < WAVE_SAMPLES; at += 1) {
    const from = Math.floor((at * levels.length) / WAVE_SAMPLES);
    const to = Math.max(from + 1, Math.floor(((at + 1) * levels.length) / WAVE_SAMPLES));
    const level = Math.max(0, ...levels.slice(from, to));
    bytes += String.fromCharCode(Math.round((Math.min(level, loudest) / loudest) * 255));
  }
  return btoa(bytes);
}

/** The samples of a wave, 0–1; a flat line where there is none or it is none. */
export function samplesOf(wave: string | undefined): readonly number[] {
  let bytes = '';
  try {
    bytes = atob(wave ?? '');
  } catch {
    // Whatever a foreign client sent.
  }
  return Array.from({ length: WAVE_SAMPLES }, (_, at) => (bytes.charCodeAt(at) || 0) / 255);
}
