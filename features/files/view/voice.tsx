import { useMemo } from 'preact/hooks';
import { Pause, Play } from 'lucide';

import { formatClock } from '../../../web/format.ts';
import { Icon } from '../../../web/ui/icon.tsx';
import type { File } from '../protocol.ts';
import { samplesOf } from '../rules/wave.ts';
import { chooseRate, heard, isPlaying, pause, play, position, rate, RATES, seek, silent } from '../state/playing.ts';
import type { Voice } from '../state/playing.ts';
import { strings } from '../strings.ts';

interface VoicePlayerProps {
  file: Pick<File, 'id' | 'seconds' | 'wave'>;
  blob?: Blob;
  next?: Voice['next'];
  tabIndex?: number;
}

/** A voice message: play, a wave to seek in, its time, how fast. */
export function VoicePlayer({ file, blob, next, tabIndex }: VoicePlayerProps) {
  const samples = useMemo(() => samplesOf(file.wave), [file.wave]);
  const length = file.seconds ?? 0;
  const isHeard = heard.value === file.id;
  const at = isHeard ? Math.min(position.value, length) : 0;
  const plays = isHeard && isPlaying.value;
  const voice: Voice = { file, blob, next };
  const to = (second: number): void => (isHeard ? seek(second) : play(voice, second));
  const { value: speed } = rate;
  return (
    <div class="voice">
      <button
        type="button"
        class="voice-play"
        tabIndex={tabIndex}
        aria-label={plays ? strings('pause') : `${strings('play')}: ${strings('voice', { time: formatClock(length) })}`}
        onClick={() => (plays ? pause() : play(voice))}
      >
        <Icon of={plays ? Pause : Play} size={20} />
      </button>
      <span class="voice-track">
        <Wave samples={samples} share={length > 0 ? at / length : 0} />
        <input
          type="range"
          class="voice-seek"
          tabIndex={tabIndex}
          min={0}
          max={Math.max(length, 0.1)}
          step={0.1}
          value={at}
          aria-label={strings('seek')}
          aria-valuetext={`${formatClock(at)} / ${formatClock(length)}`}
          // Pulling along the wave is no swipe of the message, its arrow keys do not leave it.
          onPointerDown={(event) => event.stopPropagation()}
          onKeyDown={(event) => event.key.startsWith('Arrow') && event.stopPropagation()}
          onInput={(event) => to(Number(event.currentTarget.value))}
        />
      </span>
      <span class="voice-time">{formatClock(isHeard && at > 0 ? length - at : length)}</span>
      <button
        type="button"
        class="voice-rate"
        tabIndex={tabIndex}
        aria-label={strings('speed', { rate: `${speedWords(speed)}×` })}
        onClick={() => chooseRate(RATES[(RATES.indexOf(speed) + 1) % RATES.length]!)}
      >
        {speedWords(speed)}×
      </button>
      {silent.value === file.id ? (
        <span class="voice-silent" role="alert">
          {strings('notPlayed')}
        </span>
      ) : null}
    </div>
  );
}

const speedWords = (rate: number): string => String(rate).replace('.', ',');

/** Loudness as bars; those that have been heard stand out. */
export function Wave({ samples, share }: { samples: readonly number[]; share: number }) {
  return (
    <svg class="wave" viewBox={`0 0 ${samples.length * 3} 24`} preserveAspectRatio="none" aria-hidden="true">
      {samples.map((level, at) => {
        const height = Math.max(2, level * 22);
        return (
          <rect
            key={at}
            class={at < share * samples.length ? 'wave-heard' : 'wave-bar'}
            x={at * 3 + 0.5}
            y={12 - height / 2}
            width={2}
            height={height}
            rx={1}
          />
        );
      })}
    </svg>
  );
}
