import { signal } from '@preact/signals';

const KEY = 'photos-original';

/** “Gửi ảnh gốc”: photos are sent as they were taken. A choice of the device; no secret. */
export const sendsOriginals = signal(false);

try {
  sendsOriginals.value = localStorage.getItem(KEY) === 'yes';
} catch {
  // Not remembered here.
}

export function chooseOriginals(on: boolean): void {
  sendsOriginals.value = on;
  try {
    if (on) localStorage.setItem(KEY, 'yes');
    else localStorage.removeItem(KEY);
  } catch {
    // It holds for this page.
  }
}
