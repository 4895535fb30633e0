const texts = new WeakMap<object, Buffer>();

/** A value as JSON in UTF-8, made once however many sockets and nodes it goes to. The value must not change afterwards. */
export function textOf(value: object): Buffer {
  let text = texts.get(value);
  if (!text) texts.set(value, (text = Buffer.from(JSON.stringify(value), 'utf8')));
  return text;
}
