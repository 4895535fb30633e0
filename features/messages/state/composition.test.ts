import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Message } from '../protocol.ts';
import { Composition } from './composition.ts';
import type { DraftForm, DraftShelf } from './composition.ts';

/** Where the list of chats keeps drafts. */
class Shelf implements DraftShelf {
  readonly kept = new Map<string, readonly [text: string, form: DraftForm]>();
  draft = (group: string): string => this.kept.get(group)?.[0] ?? '';
  draftForm = (group: string): DraftForm => this.kept.get(group)?.[1] ?? {};
  saveDraft = (group: string, text: string, form: DraftForm): void => {
    this.kept.set(group, [text, form]);
  };
}

const line = (id: string, text: string, more: Partial<Message> = {}): Message => ({
  id,
  seq: 1,
  ordinal: 1,
  kind: 'text',
  by: 'a',
  at: 5,
  text,
  notice: null,
  ...more,
});

test('what is chosen beside the words is kept with them and comes back', () => {
  const shelf = new Shelf();
  const first = new Composition('g', shelf);
  first.write('Họp lúc 8 giờ');
  first.urgency.value = 2;
  first.ask.value = true;
  first.reply.value = { id: 'm1', seq: 7 };
  first.keep();
  const again = new Composition('g', shelf);
  assert.equal(again.text.value, 'Họp lúc 8 giờ');
  assert.deepEqual(again.message().form, { reply: 'm1', urgency: 2, ask: true });
  // Of what is answered its number is kept, never its words.
  assert.deepEqual(shelf.kept.get('g')?.[1].reply, { id: 'm1', seq: 7 });
  again.clear();
  assert.deepEqual(shelf.kept.get('g'), ['', {}]);
  assert.equal(again.filled.value, false);
});

test('places in the text move with it, and are counted in the letters the server counts', () => {
  const it = new Composition('g', new Shelf());
  it.write('Nhờ  xem');
  it.insert(4, 4, '@Puih Thưng', { who: 'account', id: 'p' });
  it.write('Nay nhờ @Puih Thưng xem');
  assert.deepEqual(
    it.mentions.value.map(({ from, to }) => it.text.value.slice(from, to)),
    ['@Puih Thưng'],
  );
  // Marks typed one by one, as some keyboards do: one letter each on the server.
  it.write(`${'Hữu'.normalize('NFD')} nhờ @Puih Thưng xem`);
  it.write(`${it.text.value}  `);
  const { text, form } = it.message();
  assert.equal(text, 'Hữu nhờ @Puih Thưng xem');
  assert.deepEqual(
    form.mentions?.map(({ from, to }) => text.slice(from, to)),
    ['@Puih Thưng'],
  );
  // A letter within it: it names nobody any more.
  it.write('Nhờ @Puih xThưng xem');
  assert.deepEqual(it.mentions.value, []);
});

test('while a message is edited the draft waits, on the disk too', () => {
  const shelf = new Shelf();
  const it = new Composition('g', shelf);
  it.write('dở dang');
  it.urgency.value = 1;
  it.edit(line('m1', 'bản một'));
  assert.deepEqual([it.text.value, it.urgency.value], ['bản một', 0]);
  it.write('bản hai');
  it.keep();
  assert.deepEqual(shelf.kept.get('g'), ['dở dang', { urgency: 1 }]);
  // Another one is edited before the first is done with: the draft still waits.
  it.edit(line('m2', 'tin khác'));
  it.endEdit();
  assert.deepEqual([it.text.value, it.urgency.value, it.editing.value], ['dở dang', 1, undefined]);
});

test('a message that was recalled is neither edited nor answered', () => {
  const it = new Composition('g', new Shelf());
  it.write('dở dang');
  it.reply.value = { id: 'm1', seq: 7 };
  it.edit(line('m2', 'lời cũ'));
  it.forget('m1');
  it.forget('m2');
  assert.deepEqual([it.text.value, it.editing.value, it.reply.value], ['dở dang', undefined, undefined]);
});
