/** Time, and a place for what is wrong: of the device that the call is on. */
export interface Clock {
  now(): number;
  random(): number;
  /** Runs once after so many milliseconds; the answer takes it back. */
  after(ms: number, run: () => void): () => void;
  fault(error: unknown): void;
}

/** What a call needs of the browser; tests hand in another one. */
export interface Platform {
  peer(config: RTCConfiguration): RTCPeerConnection;
  stream(tracks: readonly MediaStreamTrack[]): MediaStream;
  /** Undefined where the browser has none, as on a page without TLS. */
  readonly media: MediaDevices | undefined;
  readonly locks: LockManager | undefined;
  /** The page is closed or loaded again. */
  onLeave(listener: () => void): () => void;
  /** The network has become another one, or the page was asleep. */
  onMend(listener: () => void): () => void;
  /** The person touched the page: sound may be played. */
  onTouch(listener: () => void): () => void;
  /** An element that plays, in the page and not seen. */
  player(): HTMLAudioElement | undefined;
  context(): AudioContext | undefined;
  /** The screen stays on until this is called. */
  awake(): () => void;
  /** Kept on the device. */
  remember(name: string, value: string): void;
  recall(name: string): string | undefined;
}

/** A page that stood still for so long was asleep. */
const ASLEEP_MS = 6_000;
const TICK_MS = 2_000;

export function browserPlatform(): Platform {
  return {
    peer: (config) => new RTCPeerConnection(config),
    stream: (tracks) => new MediaStream([...tracks]),
    media: navigator.mediaDevices,
    locks: 'locks' in navigator ? navigator.locks : undefined,
    onLeave(listener) {
      addEventListener('pagehide', listener);
      return () => removeEventListener('pagehide', listener);
    },
    onMend(listener) {
      let at = Date.now();
      const timer = setInterval(() => {
        const slept = Date.now() - at > TICK_MS + ASLEEP_MS;
        at = Date.now();
        // A page in the background ticks once a second or once a minute, and is not asleep for that: only one that comes back is asked.
        if (slept && document.visibilityState === 'visible') listener();
      }, TICK_MS);
      // Of Chromium on Android: from Wi-Fi to the mobile network without a moment offline.
      const { connection } = navigator as { connection?: EventTarget };
      addEventListener('online', listener);
      connection?.addEventListener('typechange', listener);
      return () => {
        clearInterval(timer);
        removeEventListener('online', listener);
        connection?.removeEventListener('typechange', listener);
      };
    },
    onTouch(listener) {
      addEventListener('pointerup', listener);
      addEventListener('keydown', listener);
      return () => {
        removeEventListener('pointerup', listener);
        removeEventListener('keydown', listener);
      };
    },
    player() {
      const it = document.createElement('audio');
      it.autoplay = true;
      it.hidden = true;
      document.body.append(it);
      return it;
    },
    context: () => (typeof AudioContext === 'undefined' ? undefined : new AudioContext()),
    awake,
    remember(name, value) {
      try {
        localStorage.setItem(name, value);
      } catch {
        // Chosen anew next time.
      }
    },
    recall(name) {
      try {
        return localStorage.getItem(name) ?? undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** The browser lets the lock go by itself whenever the page is not seen. */
function awake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let ended = false;
  const take = (): void => {
    if (ended || lock || document.visibilityState !== 'visible') return;
    void navigator.wakeLock?.request('screen').then(
      (it) => {
        if (ended) return void it.release();
        lock = it;
        it.addEventListener('release', () => (lock = undefined));
      },
      () => {},
    );
  };
  document.addEventListener('visibilitychange', take);
  take();
  return () => {
    ended = true;
    document.removeEventListener('visibilitychange', take);
    void lock?.release();
  };
}
