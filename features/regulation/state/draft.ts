import { computed, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';

import { Problem } from '../../../protocol/problem.ts';
import { call } from '../../../web/connection.ts';
import { FILE_MOST, missingIn, moved } from '../rules.ts';
import type { Article, Item, Missing, RegulationDocument } from '../rules.ts';
import type { Draft, Text } from '../protocol.ts';
import { regulations } from '../state.ts';
import type { Regulations } from '../state.ts';

/** Ten megabytes over a slow line. */
const UPLOAD_MS = 300_000;
/** A pause in typing after which it is saved. */
export const SAVE_MS = 1_200;

export type Owner = { readonly group: string } | { readonly unit: string };

export type Saving = 'saved' | 'unsaved' | 'saving' | 'failed';

/** A regulation being written: saved by itself in pauses, in order, each saving over the one before it. */
export class DraftForm {
  readonly owner: Owner;
  readonly document: Signal<RegulationDocument | undefined> = signal(undefined);
  readonly file: Signal<Draft['file']> = signal(null);
  readonly id: Signal<string | undefined> = signal(undefined);
  readonly saving: Signal<Saving> = signal('saved');
  /** There is one on the server. */
  readonly kept: Signal<boolean> = signal(false);
  /** Why the last saving failed. */
  readonly trouble: Signal<unknown> = signal(undefined);
  readonly missing: ReadonlySignal<Missing | undefined>;

  #revision = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;

  constructor(owner: Owner) {
    this.owner = owner;
    this.missing = computed(() => (this.document.value ? missingIn(this.document.value) : undefined));
  }

  /** What is on the server; written anew from the version in force, else from the template, where there is no draft. */
  async open(draft: Draft | null, current: Text | null): Promise<void> {
    if (this.document.peek() && this.saving.peek() !== 'saved') return;
    this.#revision = draft?.revision ?? 0;
    this.kept.value = draft !== null;
    this.id.value = draft?.id;
    this.file.value = draft?.file ?? null;
    this.saving.value = 'saved';
    this.trouble.value = undefined;
    if (draft) this.document.value = draft.document ?? undefined;
    else if (current?.document) this.document.value = { ...current.document, number: '', date: '' };
    else this.document.value = (await this.#template()).document;
  }

  async #template(): Promise<{ document: RegulationDocument }> {
    const { owner } = this;
    return 'group' in owner
      ? call('regulation.template', { group: owner.group })
      : call('regulation.defaultTemplate', { unit: owner.unit });
  }

  change(part: Partial<RegulationDocument>): void {
    const now = this.document.peek();
    if (!now) return;
    this.document.value = { ...now, ...part };
    this.saving.value = 'unsaved';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), SAVE_MS);
  }

  // ——— Chapters and articles

  get items(): readonly Item[] {
    return this.document.value?.items ?? [];
  }

  setItem(at: number, item: Item): void {
    this.change({ items: this.items.map((it, index) => (index === at ? item : it)) });
  }

  /** After the one at `at`; at the end where absent. Answers its place. */
  addItem(kind: Item['kind'], at = this.items.length - 1): number {
    const item: Item = kind === 'chapter' ? { kind, title: '' } : ({ kind, title: '', text: '' } satisfies Article);
    this.change({ items: this.items.toSpliced(at + 1, 0, item) });
    return at + 1;
  }

  removeItem(at: number): void {
    this.change({ items: this.items.toSpliced(at, 1) });
  }

  moveItem(at: number, by: 1 | -1): void {
    this.change({ items: [...moved(this.items, at, by)] });
  }

  // ——— On the server

  /** Resolves when what is shown is saved, or has failed to be. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#running) await this.#running;
    const document = this.document.peek();
    if (!document || this.saving.peek() === 'saved') return;
    this.#running = this.#saveOnce(document).finally(() => (this.#running = undefined));
    await this.#running;
  }

  async #saveOnce(document: RegulationDocument): Promise<void> {
    this.saving.value = 'saving';
    const { owner } = this;
    const input = { revision: this.#revision, document: tidied(document) };
    try {
      const { revision } =
        'group' in owner
          ? await call('regulation.save', { ...owner, ...input }, { door: 'http' })
          : await call('regulation.saveDefault', { ...owner, ...input }, { door: 'http' });
      this.#revision = revision;
      this.kept.value = true;
      this.file.value = null;
      this.trouble.value = undefined;
      this.saving.value = this.document.peek() === document ? 'saved' : 'unsaved';
    } catch (error) {
      this.trouble.value = error;
      this.saving.value = 'failed';
    }
  }

  /** A file in place of what was written. Fails with a `Problem`. */
  async upload(it: { title: string; name: string; size: number; base64: string }): Promise<void> {
    if (it.size > FILE_MOST) throw new Problem('too_large', { status: 413, summary: '' });
    clearTimeout(this.#timer);
    while (this.#running) await this.#running;
    const { owner } = this;
    const input = { revision: this.#revision, title: it.title, name: it.name, file: it.base64 };
    const options = { door: 'http', timeoutMs: UPLOAD_MS } as const;
    const { revision } =
      'group' in owner
        ? await call('regulation.upload', { ...owner, ...input }, options)
        : await call('regulation.uploadDefault', { ...owner, ...input }, options);
    this.#revision = revision;
    this.kept.value = true;
    this.document.value = undefined;
    this.saving.value = 'saved';
  }

  async publish(): Promise<number> {
    this.#touch();
    await this.save();
    if (this.trouble.peek() !== undefined) throw this.trouble.peek();
    const { owner } = this;
    const input = { revision: this.#revision };
    const { version } =
      'group' in owner
        ? await call('regulation.publish', { ...owner, ...input })
        : await call('regulation.publishDefault', { ...owner, ...input });
    this.#clear();
    return version;
  }

  async discard(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#running) await this.#running;
    const { owner } = this;
    const input = { revision: this.#revision };
    await ('group' in owner
      ? call('regulation.discard', { ...owner, ...input })
      : call('regulation.discardDefault', { ...owner, ...input }));
    this.#clear();
  }

  /** A template that nobody has changed is no draft on the server yet. */
  #touch(): void {
    if (this.document.peek() && this.#revision === 0) this.saving.value = 'unsaved';
  }

  #clear(): void {
    this.#revision = 0;
    this.kept.value = false;
    this.document.value = undefined;
    this.file.value = null;
    this.id.value = undefined;
    this.saving.value = 'saved';
    this.trouble.value = undefined;
  }
}

/** Lists without their empty lines, as the server takes them; while they are typed an empty line stays. */
function tidied(document: RegulationDocument): RegulationDocument {
  const full = (lines: readonly string[]): string[] => lines.map((it) => it.trim()).filter((it) => it !== '');
  return { ...document, bases: full(document.bases), recipients: full(document.recipients) };
}

/** Those of whoever is signed in at this page; gone with them. */
const forms = new WeakMap<Regulations, Map<string, DraftForm>>();
const nobody = new Map<string, DraftForm>();

/** The one that is being written at this page: kept when its screen is left. */
export function draftForm(owner: Owner): DraftForm {
  const key = 'group' in owner ? owner.group : owner.unit;
  const state = regulations.peek();
  let own = state ? forms.get(state) : nobody;
  if (state && !own) forms.set(state, (own = new Map()));
  let form = own!.get(key);
  if (!form) own!.set(key, (form = new DraftForm(owner)));
  return form;
}
