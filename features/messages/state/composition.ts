import { batch, computed, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';

import type { File } from '../../files/protocol.ts';
import { moved, shifted } from '../../mentions/rules.ts';
import type { Mention, Message } from '../protocol.ts';
import type { SendForm } from '../state.ts';

/** 0 thường, 1 khẩn, 2 thượng khẩn, 3 hỏa tốc */
export type Urgency = 0 | 1 | 2 | 3;

/** Something that is to go with a message: on its way to the server, being looked at there, or ready. */
export interface Attachment {
  readonly key: string;
  readonly state: 'uploading' | 'checking' | 'ready' | 'refused';
  /** As the server has it; there from `ready` on. */
  readonly file?: File;
  /** It has gone with a message: nothing of it need be kept for sending. */
  taken?(): void;
}

/**
 * The message that is answered, by its number alone. What it says is read from the log when it is shown: were it copied here, it
 * would outlive its being recalled.
 */
export interface ReplyTo {
  readonly id: string;
  readonly seq: number;
}

/** What is kept of a draft beside its text, as far as there is something. */
export interface DraftForm {
  readonly reply?: ReplyTo;
  readonly mentions?: readonly Mention[];
  readonly files?: readonly File[];
  readonly urgency?: Urgency;
  readonly ask?: true;
}

/** What stands in the field instead of the draft, until it is saved or left as it was. */
export interface Editing {
  /** Of the own message, or of the one that waits to be sent. */
  readonly id: string;
  readonly what: 'message' | 'scheduled';
  /** When it was sent, or is going to be. */
  readonly at: number;
}

/** Where drafts are kept. */
export interface DraftShelf {
  draft(group: string): string;
  draftForm(group: string): DraftForm;
  saveDraft(group: string, text: string, form: DraftForm): void;
}

/** What is being written to one chat: the draft, or a message of one’s own that is being edited meanwhile. */
export class Composition {
  readonly group: string;
  readonly text = signal('');
  /** Places in `text`; they move with it. */
  readonly mentions = signal<readonly Mention[]>([]);
  readonly reply = signal<ReplyTo | undefined>(undefined);
  readonly files = signal<readonly Attachment[]>([]);
  readonly urgency: Signal<Urgency> = signal(0);
  readonly ask = signal(false);
  /** The own message that is being edited; the draft waits until that is done. It is never kept on the disk. */
  readonly editing = signal<Editing | undefined>(undefined);
  /** There is something that could be sent. */
  readonly filled: ReadonlySignal<boolean>;
  /** Something that goes with it is not ready yet. */
  readonly waits: ReadonlySignal<boolean>;

  /** Whether a text looks secret, as far as this device can tell. */
  suspects: (text: string) => boolean = () => false;
  /** What stands here was refused as secret, or goes the same way: it is kept nowhere until it is sent or thrown away. */
  guarded = false;

  readonly #shelf: DraftShelf;
  #aside: { readonly text: string; readonly form: DraftForm; readonly guarded: boolean } | undefined;

  constructor(group: string, shelf: DraftShelf) {
    this.group = group;
    this.#shelf = shelf;
    this.#put(shelf.draft(group), shelf.draftForm(group));
    this.filled = computed(
      () => this.text.value.trim() !== '' || this.files.value.some((it) => it.state !== 'refused'),
    );
    this.waits = computed(() => this.files.value.some((it) => it.state === 'uploading' || it.state === 'checking'));
  }

  /** The text has become this one, whatever way: mentions that were not touched stay. */
  write(next: string): void {
    const before = this.text.peek();
    if (next === before) return;
    if (next.trim() === '') this.guarded = false;
    batch(() => {
      this.text.value = next;
      if (this.mentions.peek().length > 0) this.mentions.value = moved(this.mentions.peek(), before, next);
    });
  }

  /** Puts a piece in the place of what stands between; `mention`: the piece names somebody. Answers where it ends. */
  insert(from: number, to: number, piece: string, mention?: Omit<Mention, 'from' | 'to'>): number {
    const text = this.text.peek();
    const end = from + piece.length;
    batch(() => {
      this.text.value = text.slice(0, from) + piece + text.slice(to);
      const kept = shifted(this.mentions.peek(), from, to, piece.length);
      const named = mention ? [{ ...mention, from, to: from + piece.trimEnd().length }] : [];
      this.mentions.value = [...kept, ...named].toSorted((a, b) => a.from - b.from);
    });
    return end;
  }

  /**
   * What is sent: the text without what trails it, in the letters the server counts, and its form. `held`: some of its files are
   * on their way; those stand in the form by their keys.
   */
  message(): { readonly text: string; readonly form: SendForm; readonly held: boolean } {
    const written = this.text.peek().replace(/\s+$/u, '');
    const text = written.normalize('NFC');
    const at = (place: number): number => written.slice(0, place).normalize('NFC').length;
    const mentions = this.mentions.peek().flatMap((it) => {
      const place = { ...it, from: at(it.from), to: at(it.to) };
      return place.to <= text.length ? [place] : [];
    });
    const files = this.files.peek().flatMap((it) => (it.state === 'refused' ? [] : [it.file?.id ?? it.key]));
    const reply = this.reply.peek();
    const urgency = this.urgency.peek();
    return {
      text,
      held: this.waits.peek(),
      form: {
        ...(reply ? { reply: reply.id } : {}),
        ...(mentions.length > 0 ? { mentions } : {}),
        ...(files.length > 0 ? { files } : {}),
        ...(urgency > 0 ? { urgency } : {}),
        ...(this.ask.peek() ? { ask: true as const } : {}),
      },
    };
  }

  /** It has been sent, or is not wanted. */
  clear(): void {
    const files = this.files.peek();
    this.guarded = false;
    this.#put('', {});
    this.keep();
    for (const it of files) it.taken?.();
  }

  /** Puts what stands here on the device. While a message is being edited, that is what was there before. */
  keep(): void {
    const { text, form, guarded } = this.#aside ?? this.#standing();
    if (guarded || this.suspects(text)) {
      const { mentions: _mentions, ...rest } = form;
      this.#shelf.saveDraft(this.group, '', rest);
    } else this.#shelf.saveDraft(this.group, text, form);
  }

  /** Puts back what the guard refused, to be written otherwise; before what has been begun since. */
  rewrite(text: string, { mentions = [], reply, files = [], urgency = 0, ask }: DraftForm): void {
    const begun = this.text.peek();
    this.guarded = true;
    batch(() => {
      const joined = begun.trim() === '' ? text : `${text}\n${begun}`;
      const after = this.mentions.peek().map((it) => {
        const by = joined.length - begun.length;
        return { ...it, from: it.from + by, to: it.to + by };
      });
      this.text.value = joined;
      this.mentions.value = [...mentions, ...(begun.trim() === '' ? [] : after)];
      this.reply.value ??= reply;
      if (this.files.peek().length === 0)
        this.files.value = files.map((file) => ({ key: file.id, state: 'ready', file }));
      if (this.urgency.peek() === 0) this.urgency.value = urgency;
      if (ask) this.ask.value = true;
    });
    this.keep();
  }

  /** Begins to edit an own message; what was begun before waits. */
  edit({ id, at, text, mentions = [] }: Message): void {
    this.begin({ id, at, what: 'message' }, text ?? '', { mentions });
  }

  /** Begins to edit what is given; what was begun before waits. */
  begin(editing: Editing, text: string, form: DraftForm): void {
    batch(() => {
      this.#aside ??= this.#standing();
      this.keep();
      this.guarded = false;
      this.editing.value = editing;
      this.#put(text, form);
    });
  }

  /** Edited, or left as it was: the draft is back. */
  endEdit(): void {
    if (!this.editing.peek()) return;
    batch(() => {
      this.editing.value = undefined;
      const { text, form, guarded } = this.#aside ?? { text: '', form: {}, guarded: false };
      this.#aside = undefined;
      this.guarded = guarded;
      this.#put(text, form);
    });
  }

  /** A message was recalled: it is neither edited nor answered. */
  forget(message: string): void {
    batch(() => {
      if (this.editing.peek()?.id === message) this.endEdit();
      if (this.reply.peek()?.id === message) this.reply.value = undefined;
      if (this.#aside?.form.reply?.id === message) {
        const { reply: _reply, ...form } = this.#aside.form;
        this.#aside = { ...this.#aside, form };
      }
    });
  }

  #standing() {
    return { text: this.text.peek(), form: this.#form(), guarded: this.guarded };
  }

  #form(): DraftForm {
    const reply = this.reply.peek();
    const mentions = this.mentions.peek();
    const files = this.files.peek().flatMap((it) => (it.state === 'ready' && it.file ? [it.file] : []));
    const urgency = this.urgency.peek();
    return {
      ...(reply ? { reply } : {}),
      ...(mentions.length > 0 ? { mentions } : {}),
      ...(files.length > 0 ? { files } : {}),
      ...(urgency > 0 ? { urgency } : {}),
      ...(this.ask.peek() ? { ask: true as const } : {}),
    };
  }

  #put(text: string, { reply, mentions = [], files = [], urgency = 0, ask }: DraftForm): void {
    batch(() => {
      this.text.value = text;
      this.mentions.value = mentions;
      this.reply.value = reply;
      this.files.value = files.map((file) => ({ key: file.id, state: 'ready', file }));
      this.urgency.value = urgency;
      this.ask.value = ask === true;
    });
  }
}
