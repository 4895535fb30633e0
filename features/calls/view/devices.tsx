import { useEffect, useRef, useState } from 'preact/hooks';
import { Camera, Mic, RotateCcw, Square, TriangleAlert, Volume2 } from 'lucide';

import { Button } from '../../../web/ui/button.tsx';
import { Select } from '../../../web/ui/field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { refusalOf, TryOver } from '../media/devices.ts';
import type { MediaChoice, MediaDevices, Refusal, Room } from '../state/shapes.ts';
import { strings } from '../strings/stage.ts';
import { refusedWords } from './controls.tsx';
import { Picture } from './picture.tsx';

interface DevicesSheetProps {
  devices: MediaDevices;
  /** The call that they are for; before a call none. */
  room?: Room;
  onClose: () => void;
}

/** Microphone, camera and loudspeaker: which, and a try of each. */
export function DevicesSheet({ devices, room, onClose }: DevicesSheetProps) {
  const [stopMic, setStopMic] = useState<() => void>();
  const [camera, setCamera] = useState<{ readonly stream: MediaStream; stop(): void }>();
  const [refused, setRefused] = useState<{ mic?: Refusal; camera?: Refusal }>({});
  const [plays, setPlays] = useState(false);
  const tries = useRef<{ mic?: () => void; camera?: () => void }>({});
  // Closed: nothing listens or looks any more.
  useEffect(() => () => devices.stop(), [devices]);
  const chosen = devices.chosen.value;
  const wrong = { ...room?.refused.value, ...refused };

  async function tryMic(): Promise<void> {
    tries.current.mic?.();
    if (stopMic) {
      tries.current.mic = undefined;
      return setStopMic(undefined);
    }
    try {
      const stop = await devices.tryMic();
      tries.current.mic = stop;
      setStopMic(() => stop);
      setRefused(({ camera: kept }) => (kept ? { camera: kept } : {}));
    } catch (error) {
      if (error instanceof TryOver) return;
      setRefused((was) => ({ ...was, mic: refusalOf(error) }));
    }
  }

  async function tryCamera(): Promise<void> {
    tries.current.camera?.();
    if (camera) {
      tries.current.camera = undefined;
      return setCamera(undefined);
    }
    try {
      const found = await devices.tryCamera();
      tries.current.camera = () => found.stop();
      setCamera(found);
      setRefused(({ mic: kept }) => (kept ? { mic: kept } : {}));
    } catch (error) {
      if (error instanceof TryOver) return;
      setRefused((was) => ({ ...was, camera: refusalOf(error) }));
    }
  }

  async function again(what: 'mic' | 'camera'): Promise<void> {
    setRefused((was) => ({ ...was, [what]: undefined }));
    if (!room) return what === 'mic' ? tryMic() : tryCamera();
    await (what === 'mic' ? room.setMic(true) : room.setCamera(true)).catch(() => {});
  }

  const choose = (what: 'mic' | 'camera' | 'speaker') => (id: string) => {
    if (what === 'mic' && stopMic) void tryMic();
    if (what === 'camera' && camera) void tryCamera();
    devices.choose(what, id);
  };

  return (
    <Sheet title={strings('devices')} class={room ? 'always-dark' : ''} onClose={onClose}>
      <section class="call-device">
        <Select
          label={strings('mic')}
          value={chosen.mic}
          onChange={choose('mic')}
          options={optionsOf(devices.mics.value, chosen.mic, (n) => strings('micN', { n }))}
        />
        {wrong.mic ? <Refused what="mic" why={wrong.mic} onAgain={() => void again('mic')} /> : null}
        <div class="call-device-try">
          <Button look="outline" icon={stopMic ? Square : Mic} onPress={() => void tryMic()}>
            {strings(stopMic ? 'stopMic' : 'tryMic')}
          </Button>
          {stopMic ? <Level devices={devices} /> : null}
        </div>
      </section>
      <section class="call-device">
        <Select
          label={strings('camera')}
          value={chosen.camera}
          onChange={choose('camera')}
          options={optionsOf(devices.cameras.value, chosen.camera, (n) => strings('cameraN', { n }))}
        />
        {wrong.camera ? <Refused what="camera" why={wrong.camera} onAgain={() => void again('camera')} /> : null}
        <div class="call-device-try">
          <Button look="outline" icon={camera ? Square : Camera} onPress={() => void tryCamera()}>
            {strings(camera ? 'stopCamera' : 'tryCamera')}
          </Button>
        </div>
        {camera ? (
          <div class="call-preview">
            <Picture stream={camera.stream} mirrored label={strings('preview')} />
          </div>
        ) : null}
      </section>
      <section class="call-device">
        {devices.speakers.value.length > 0 ? (
          <Select
            label={strings('loudspeaker')}
            value={chosen.speaker}
            onChange={choose('speaker')}
            options={optionsOf(devices.speakers.value, chosen.speaker, (n) => strings('speakerN', { n }))}
          />
        ) : (
          <p class="call-second">{strings('speakerBySystem')}</p>
        )}
        <div class="call-device-try">
          <Button
            look="outline"
            icon={Volume2}
            busy={plays}
            onPress={() => {
              setPlays(true);
              void devices.trySpeaker().finally(() => setPlays(false));
            }}
          >
            {strings('trySpeaker')}
          </Button>
        </div>
      </section>
    </Sheet>
  );
}

/** Names come once something was allowed; until then they are counted. */
function optionsOf(list: readonly MediaChoice[], chosen: string, nth: (n: number) => string) {
  const known = list
    .filter((it) => it.id !== '' && it.id !== 'default')
    .map((it, at) => ({ value: it.id, label: it.name || nth(at + 1) }));
  const gone = chosen !== '' && !known.some((it) => it.value === chosen);
  return [
    { value: '', label: strings('ofSystem') },
    ...known,
    ...(gone ? [{ value: chosen, label: nth(known.length + 1) }] : []),
  ];
}

function Level({ devices }: { devices: MediaDevices }) {
  return <meter class="call-level" min={0} max={1} value={devices.level.value} aria-label={strings('level')} />;
}

function Refused({ what, why, onAgain }: { what: 'mic' | 'camera'; why: Refusal; onAgain: () => void }) {
  return (
    <p class="call-trouble" role="alert">
      <Icon of={TriangleAlert} size={20} />
      <span>{refusedWords(what, why)}</span>
      <Button look="soft" size="small" icon={RotateCcw} onPress={onAgain}>
        {strings('again')}
      </Button>
    </p>
  );
}
