import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CallDevices, TryOver } from './devices.ts';
import type { Platform } from './platform.ts';

/** A browser that asks the person each time, and gives when it is told to. */
function openBrowser() {
  const asked: ((stream: MediaStream) => void)[] = [];
  let open = 0;
  const platform = {
    media: {
      getUserMedia: () => new Promise<MediaStream>((give) => asked.push(give)),
      enumerateDevices: () => Promise.resolve([]),
    },
    context: () => undefined,
    recall: () => undefined,
    remember: () => {},
  } as unknown as Platform;
  return {
    platform,
    /** How many cameras and microphones are open. */
    open: () => open,
    give(): void {
      open += 1;
      let live = true;
      const stop = (): void => {
        if (live) open -= 1;
        live = false;
      };
      asked.shift()!({ getTracks: () => [{ stop }] } as unknown as MediaStream);
    },
  };
}

test('what the browser gives once nobody tries it any more is let go at once', async () => {
  const browser = openBrowser();
  const devices = new CallDevices(browser.platform);
  const camera = devices.tryCamera();
  const mic = devices.tryMic();
  devices.stop();
  browser.give();
  browser.give();
  await assert.rejects(camera, TryOver);
  await assert.rejects(mic, TryOver);
  assert.equal(browser.open(), 0);
});

test('pressed twice, one of the two stays, and is let go with the sheet', async () => {
  const browser = openBrowser();
  const devices = new CallDevices(browser.platform);
  const [first, second] = [devices.tryMic(), devices.tryMic()];
  browser.give();
  browser.give();
  await assert.rejects(first, TryOver);
  const stop = await second;
  assert.equal(browser.open(), 1);
  stop();
  assert.equal(browser.open(), 0);
  const third = devices.tryCamera();
  browser.give();
  await third;
  assert.equal(browser.open(), 1);
  devices.close();
  assert.equal(browser.open(), 0);
});
