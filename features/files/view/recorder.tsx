import { effect } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { MicOff, SendHorizontal, Square, Trash2 } from 'lucide';

import { Problem } from '../../../protocol/problem.ts';
import { formatClock } from '../../../web/format.ts';
import { useLayer } from '../../../web/layer.ts';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { PanelProps } from '../../messages/view/composer/place.ts';
import { files } from '../state.ts';
import { hush } from '../state/playing.ts';
import { press } from '../state/press.ts';
import { Recording, VOICE_SECONDS_LEAST } from '../state/recording.ts';
import type { Recorded } from '../state/recording.ts';
import { strings } from '../strings.ts';
import { refusalWords } from './refusal.ts';
import { VoicePlayer } from './voice.tsx';
import './recorder.css';

/** So far the finger goes to the left to throw away, or up to lock, px. */
const AWAY_PX = 90;
const LOCK_PX = 70;

/** Records a voice message in the place of the composer: held or tapped, heard again before it goes. */
export function Recorder({ place, onClose }: PanelProps) {
  const recording = useMemo(() => new Recording(), []);
  const [held, setHeld] = useState(() => press.peek()?.up === false);
  const close = useLayer(onClose);
  const sends = useRef(false);
  const bar = useRef<HTMLDivElement>(null);

  useEffect(() => {
    hush();
    void recording.start();
    return () => {
      press.value = undefined;
      recording.discard();
    };
  }, [recording]);

  // The finger: let go it sends, far to the left it throws away, up it locks.
  useEffect(() => {
    if (!held) return;
    return effect(() => {
      const it = press.value;
      if (!it) return;
      if (it.dx < -AWAY_PX) close();
      else if (it.dy < -LOCK_PX) setHeld(false);
      else if (it.up) {
        // Let go in order to answer the question for the microphone.
        if (recording.state.peek() !== 'recording') setHeld(false);
        else if (recording.seconds.peek() < VOICE_SECONDS_LEAST) {
          showToast({ words: strings('tooShort'), icon: null });
          close();
        } else {
          sends.current = true;
          recording.stop();
        }
      }
    });
  }, [held, recording]);

  const send = async (it: Recorded): Promise<void> => {
    const state = files.peek();
    await state?.uploads.fetch();
    const uploads = state?.uploads.it.peek();
    if (!uploads) return showToast({ words: strings('notShown'), icon: null });
    const { composition, messages, group } = place;
    const reply = composition.reply.peek();
    try {
      const { blob, ...about } = it;
      const [voice] = uploads.add(group, [{ kind: 'voice', blob, ...about }]);
      messages.send(group, '', { files: [voice!.id], ...(reply ? { reply: reply.id } : {}) }, true);
      composition.reply.value = undefined;
      close();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      showToast({ words: refusalWords({ code: error.code, details: error.details }, it.name), icon: null });
    }
  };

  const state = recording.state.value;
  const result = recording.result.value;
  useEffect(() => {
    if (result && sends.current) void send(result);
    else if (state === 'stopped' && !sends.current) bar.current?.querySelector<HTMLElement>('[data-first]')?.focus();
  }, [result]);

  if (state === 'denied' || state === 'none' || state === 'unable') {
    return (
      <div class="recorder recorder-denied" role="alertdialog" aria-label={strings('recorder')}>
        <Icon of={MicOff} size={24} />
        <p>
          {state === 'denied' ? <strong>{strings('denied')}</strong> : null}
          {strings(state === 'denied' ? 'deniedText' : state === 'none' ? 'noMic' : 'notRecorded')}
        </p>
        <Button look="soft" autofocus onPress={close}>
          {strings('understood')}
        </Button>
      </div>
    );
  }

  const finish = (): void => {
    if (result) void send(result);
    else {
      sends.current = true;
      recording.stop();
    }
  };
  return (
    <div ref={bar} class={`recorder${held ? ' recorder-held' : ''}`} role="dialog" aria-label={strings('recorder')}>
      <IconButton icon={Trash2} look="danger" label={strings('discard')} onPress={close} />
      {result ? (
        <VoicePlayer file={{ id: 'recorded', seconds: result.seconds, wave: result.wave }} blob={result.blob} />
      ) : (
        <>
          <span class="recorder-dot" aria-hidden="true" />
          <span class="recorder-time" role="timer">
            <span aria-hidden="true">{formatClock(Math.floor(recording.seconds.value))}</span>
            <span class="unseen">
              {state === 'asking'
                ? strings('asking')
                : strings('recording', { time: formatClock(Math.floor(recording.seconds.value / 10) * 10) })}
            </span>
          </span>
          <Levels recording={recording} />
          {held ? <span class="recorder-slide">{strings('slide')}</span> : null}
          {state === 'asking' ? <span class="recorder-slide">{strings('asking')}</span> : null}
        </>
      )}
      {result || held ? null : (
        <IconButton
          icon={Square}
          label={strings('stop')}
          disabled={state !== 'recording'}
          onPress={() => recording.stop()}
        />
      )}
      {held ? null : (
        <span data-first={result ? true : undefined} class="recorder-send">
          <IconButton
            icon={SendHorizontal}
            look="filled"
            label={strings('sendVoice')}
            disabled={state === 'asking'}
            onPress={finish}
          />
        </span>
      )}
    </div>
  );
}

/** How loud it is just now. */
function Levels({ recording }: { recording: Recording }) {
  const levels = recording.levels.value;
  return (
    <svg class="recorder-levels" viewBox="0 0 192 32" preserveAspectRatio="xMaxYMid meet" aria-hidden="true">
      {levels.map((level, at) => {
        const height = Math.max(2, level * 30);
        return (
          <rect key={at} x={192 - (levels.length - at) * 4} y={16 - height / 2} width={2.5} height={height} rx={1.25} />
        );
      })}
    </svg>
  );
}
