/** The form of every id on the wire: a lower-case UUID. */
export const ID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID_PATTERN.test(value);
}

/**
 * A new UUID of version 7 (RFC 9562): ids made later sort later, on the phone as on the server, so that the outbox keeps
 * its order and indexes grow at one end. Runs in the browser and in Node.
 */
export function newId(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let time = now;
  for (let at = 5; at >= 0; at -= 1) {
    bytes[at] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  let text = '';
  for (let at = 0; at < 16; at += 1) {
    text += bytes[at]!.toString(16).padStart(2, '0');
    if (at === 3 || at === 5 || at === 7 || at === 9) text += '-';
  }
  return text;
}
