import { batch, effect, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

import { newId } from '../../../protocol/id.ts';
import { Problem } from '../../../protocol/problem.ts';
import type { Device } from '../../../web/device.ts';
import { isGuarded } from '../../../web/guarded.ts';
import type { OutboxEntry } from '../../../web/outbox.ts';
import { FILES_MOST } from '../../messages/rules.ts';
import type { Upload as Standing } from '../protocol.ts';
import { extensionOf, FILE_BYTES_MOST, isTaken } from '../rules.ts';
import { nextPart, PART, sendPart } from './line.ts';
import { Thumbs } from './thumbs.ts';
import { order, refusal, UPLOADING } from './upload.ts';
import type { Picked, Shrink, Trouble, Upload } from './upload.ts';

type Word = { uploads: 'changed' };

const lost = (): Problem => new Problem('file.lost', { status: 0, summary: 'The bytes are not on this device.' });

/**
 * Files on their way: kept on the device with their bytes, sent in parts, taken up again after cuts and when the program is
 * opened the next time. A message waits in the outbox, held, until all its files are ready.
 */
export class Uploads {
  readonly #list = signal<readonly Upload[]>([]);
  readonly #device: Device;
  readonly #shrink: Shrink;
  /** Bytes that are not on the disk, or not yet. */
  readonly #bytes = new Map<string, Blob>();
  readonly #thumbs = new Thumbs();
  readonly #working = new Map<string, AbortController>();
  readonly #wakes = new Set<() => void>();
  readonly #checks = new Map<string, (standing: Standing) => void>();
  readonly #gone = new Set<string>();
  readonly #givenUp = new Map<string, number>();
  readonly #stops: (() => void)[] = [];
  #running: Promise<void> | undefined;
  #again = false;
  #closed = false;
  #written: Promise<unknown> = Promise.resolve();

  constructor(device: Device, shrink: Shrink) {
    this.#device = device;
    this.#shrink = shrink;
  }

  get list(): ReadonlySignal<readonly Upload[]> {
    return this.#list;
  }

  /** Reads what was left over and goes on with it. */
  async open(): Promise<void> {
    const { pages, connection, world, outbox } = this.#device;
    await this.#read();
    // Said by a page that ended before it had written the bytes.
    for (const it of this.#list.peek())
      if (it.state === 'uploading' || it.state === 'checking') this.#change(it.id, { state: 'waiting' });
    pages.onWord((word) => {
      if ((word as Word)?.uploads === 'changed') void this.#read().then(() => this.drain());
    });
    const wake = (): void => {
      for (const it of this.#wakes) it();
      void this.drain();
    };
    this.#stops.push(
      world.onWake(wake),
      connection.state.subscribe((state) => {
        if (state === 'online') wake();
      }),
      connection.listen({
        event: (frame) => {
          if (frame.on === 'file.checked') this.#checked(frame.with as Standing);
        },
      }),
      effect(() => this.#follow(outbox.entries.value)),
    );
    void this.drain();
  }

  /** Sends nothing any more; resolves when all is written. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const stop of this.#stops) stop();
    for (const it of this.#working.values()) it.abort();
    for (const it of this.#wakes) it();
    this.#thumbs.clear();
    await this.#running;
    await this.#written;
  }

  /** By this device's id, or by the server's. */
  find(id: string): Upload | undefined {
    return this.#list.value.find((it) => it.id === id || it.shape?.id === id);
  }

  /** What lies in the composer of a chat, in its order. */
  tray(group: string): readonly Upload[] {
    return this.#list.value
      .filter((it) => it.group === group && it.message === undefined)
      .sort((a, b) => a.place - b.place);
  }

  /** What a message waits for. */
  of(message: string): readonly Upload[] {
    return this.#list.value.filter((it) => it.message === message).sort((a, b) => a.place - b.place);
  }

  /** How far a message's files have come, 0–1. */
  share(message: string): number {
    const list = this.of(message);
    const all = list.reduce((sum, it) => sum + it.bytes, 0);
    return all === 0 ? 0 : list.reduce((sum, it) => sum + (it.state === 'ready' ? it.bytes : it.offset), 0) / all;
  }

  /**
   * Puts files into the composer of a chat and begins to send them. Throws `file.too_large`, `file.kind_refused`, `file.too_many`
   * or `file.no_room`; then none of them is taken.
   */
  add(group: string, picked: readonly Picked[]): readonly Upload[] {
    const list = this.#list.peek();
    const here = this.tray(group);
    if (here.length + picked.length > FILES_MOST) throw refusal('file.too_many', { most: FILES_MOST });
    for (const { name, blob, shrink } of picked) {
      const extension = extensionOf(name);
      // What is made smaller becomes a kind that is taken.
      if (!shrink && !isTaken(extension)) throw refusal('file.kind_refused', { extension, name });
      if (!shrink && blob.size > FILE_BYTES_MOST) throw refusal('file.too_large', { most: FILE_BYTES_MOST, name });
      if (blob.size === 0) throw refusal('file.empty', { name });
    }
    const waiting = list.reduce((sum, it) => sum + it.bytes, 0);
    if (waiting + picked.reduce((sum, it) => sum + it.blob.size, 0) > UPLOADING.most)
      throw refusal('file.no_room', { most: UPLOADING.most });
    const first = (here.at(-1)?.place ?? -1) + 1;
    const added = picked.map(({ blob, thumb, poster, name, ...it }, at): Upload => {
      const id = newId(this.#device.world.now());
      this.#bytes.set(id, blob);
      if (thumb) this.#thumbs.add(id, thumb);
      if (poster) this.#bytes.set(`${id} poster`, poster);
      const upload: Upload = {
        ...it,
        id,
        group,
        name,
        place: first + at,
        bytes: blob.size,
        state: 'waiting',
        offset: 0,
        begun: newId(this.#device.world.now()),
        ...(poster ? {} : { poster: null }),
      };
      void this.#store(upload, { '': blob, ' thumb': thumb, ' poster': poster });
      return upload;
    });
    this.#list.value = [...list, ...added];
    void this.drain();
    return added;
  }

  /** Takes one away, wherever it stands; the server forgets what it has of it. */
  remove(id: string): void {
    const upload = this.#find(id);
    if (!upload) return;
    this.#drop([upload]);
    if (upload.file) this.#device.outbox.add('file.cancel', { file: upload.file }, `file ${upload.file}`);
  }

  /** It goes with a message from elsewhere than the outbox (a scheduled one): the server keeps it, this device need not. */
  letGo(id: string): void {
    const upload = this.#find(id);
    if (upload && upload.message === undefined && upload.state === 'ready') this.#drop([upload]);
  }

  /** Moves one of the composer's by so many places. */
  move(id: string, by: number): void {
    const group = this.#find(id)?.group;
    if (group === undefined) return;
    const tray = [...this.tray(group)];
    const at = tray.findIndex((it) => it.id === id);
    const to = Math.max(0, Math.min(tray.length - 1, at + by));
    const [moved] = tray.splice(at, 1);
    tray.splice(to, 0, moved!);
    batch(() => tray.forEach((it, place) => it.place !== place && this.#change(it.id, { place })));
  }

  /** Sends a refused one again, from its beginning where the server refused it. */
  retry(id: string): void {
    const before = this.#find(id);
    if (before?.state !== 'refused' || isGuarded(before.trouble?.code)) return;
    this.#change(id, { ...this.#anew(), state: 'waiting', trouble: undefined });
    void this.drain();
  }

  /** The address of a picture of it in this page; of one that was sent, also by the server's id. */
  thumb(id: string): string | undefined {
    return this.#thumbs.get(id);
  }

  /** The bytes themselves, as long as they are here. */
  async bytes(id: string): Promise<Blob | undefined> {
    return this.#bytes.get(id) ?? (await this.#device.cache.get<Blob>('blobs', id));
  }

  /** Resolves when everything that can be sent now has been. */
  drain(): Promise<void> {
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#again && !this.#closed) void this.drain();
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      if (!this.#next()) return;
      await this.#device.pages.exclusively('uploads', async () => {
        await Promise.all(
          Array.from({ length: UPLOADING.lanes }, async () => {
            for (let it = this.#next(); it && !this.#closed; it = this.#next()) await this.#carry(it.id);
          }),
        );
      });
    }
  }

  /** The next to be sent. */
  #next(): Upload | undefined {
    let found: Upload | undefined;
    for (const it of this.#list.peek()) {
      if (it.state !== 'waiting' || this.#working.has(it.id)) continue;
      if (!found || order(it) < order(found)) found = it;
    }
    return found;
  }

  /** One file, through all cuts, until the server has all of it, or has refused it, or it is taken away. */
  async #carry(id: string): Promise<void> {
    const stop = new AbortController();
    this.#working.set(id, stop);
    let failures = 0;
    let faults = 0;
    try {
      while (!stop.signal.aborted && !this.#closed) {
        try {
          await this.#send(id, stop.signal, () => {
            failures = 0;
            if (this.#find(id)?.trouble) this.#change(id, { trouble: undefined });
          });
          return;
        } catch (error) {
          if (stop.signal.aborted || this.#closed) return;
          const it = error instanceof Problem ? error : undefined;
          if (!it) this.#device.world.fault(error);
          // The session or the program's version is at its end; what waits is not at fault.
          if (it?.code === 'signed_out' || it?.code === 'outdated') {
            this.#change(id, { state: 'waiting' });
            return;
          }
          faults += !it || it.code === 'fault' ? 1 : 0;
          if (it?.code === 'not_found' && faults < UPLOADING.faults) {
            // The server has given it up: all of it goes once more.
            faults += 1;
            this.#change(id, { ...this.#anew(), state: 'waiting' });
          } else if (!it?.retry || faults >= UPLOADING.faults) {
            return this.#refused(id, { code: it?.code ?? 'fault', details: it?.details ?? {} });
          }
          failures += 1;
          // The server is there and cannot take it now: that is said, while it is tried again.
          if (it && it.code !== 'unreachable' && it.code !== 'not_found')
            this.#change(id, { trouble: { code: it.code, details: it.details } });
          const { wait } = it?.details ?? {};
          await this.#pause(failures, typeof wait === 'number' ? wait * 1_000 : 0);
        }
      }
    } finally {
      this.#working.delete(id);
    }
  }

  async #send(id: string, signal: AbortSignal, went: () => void): Promise<void> {
    const { world, connection } = this.#device;
    if (this.#find(id)?.shrink) await this.#makeSmaller(id);
    let it = this.#find(id)!;
    const blob = await this.bytes(id);
    if (!blob) throw lost();
    if (it.poster === undefined) {
      this.#change(id, { state: 'uploading', poster: await this.#sendPoster(id, signal) });
      it = this.#find(id)!;
    }
    let { file } = it;
    let { offset } = it;
    if (file === undefined) {
      const { name, bytes, kind, seconds, wave, poster } = it;
      const input = { name, bytes, kind, seconds, wave, ...(poster ? { poster } : {}) };
      ({ file } = await connection.call('file.begin', input, { id: it.begun }));
      offset = 0;
    } else {
      const { uploads } = await connection.call('file.status', { files: [file] });
      const standing = uploads[0];
      if (!standing) throw new Problem('not_found', { status: 404, summary: '' });
      if (standing.state !== 'uploading') {
        this.#change(id, { file, state: 'checking', offset: blob.size });
        return this.#checked(standing, id);
      }
      ({ offset } = standing);
    }
    this.#change(id, { file, offset, state: 'uploading' });
    let size: number = PART.first;
    while (offset < blob.size) {
      const began = world.now();
      const part = blob.slice(offset, offset + size);
      const next = await sendPart({ world, file, offset, part, signal });
      signal.throwIfAborted();
      went();
      if (next > offset) size = nextPart(part.size, world.now() - began);
      offset = next;
      this.#change(id, { offset });
    }
    this.#change(id, { state: 'checking' });
    void this.#await(file).then(
      (standing) => (standing ? this.#checked(standing, id) : this.#given(id)),
      (error: unknown) => !this.#closed && world.fault(error),
    );
  }

  /** All of it was there, and the server has it no more: the machine that had it is gone. All of it goes once more, a few times. */
  #given(id: string): void {
    const it = this.#find(id);
    if (this.#closed || it?.state !== 'checking') return;
    const times = (this.#givenUp.get(id) ?? 0) + 1;
    this.#givenUp.set(id, times);
    if (times > UPLOADING.faults) return this.#refused(id, { code: 'file.damaged', details: {} });
    this.#change(id, { ...this.#anew(), state: 'waiting' });
    void this.drain();
  }

  async #makeSmaller(id: string): Promise<void> {
    const { name, kind } = this.#find(id)!;
    const blob = await this.bytes(id);
    if (!blob) throw lost();
    const small = await this.#shrink(name, blob);
    if (!this.#find(id)) return;
    if (!small && !isTaken(extensionOf(name))) {
      throw refusal('file.kind_refused', { extension: extensionOf(name), name });
    }
    const { blob: bytes, ...rest } = small ?? { blob, name };
    this.#bytes.set(id, bytes);
    const next = this.#change(id, { ...rest, kind, bytes: bytes.size, shrink: undefined });
    if (next && small) await this.#store(next, { '': bytes });
  }

  /** A film without its first picture is still a film. */
  async #sendPoster(id: string, signal: AbortSignal): Promise<string | null> {
    const { world, connection, cache } = this.#device;
    const key = `${id} poster`;
    const blob = this.#bytes.get(key) ?? (await cache.get<Blob>('blobs', key));
    if (!blob) return null;
    try {
      const { begun } = this.#find(id)!;
      const name = 'poster.jpg';
      const action = newIdFrom(begun);
      const { file } = await connection.call('file.begin', { name, bytes: blob.size, kind: 'poster' }, { id: action });
      const { uploads } = await connection.call('file.status', { files: [file] });
      let offset = uploads[0]?.offset ?? 0;
      while (offset < blob.size) {
        const part = blob.slice(offset, offset + PART.first);
        offset = await sendPart({ world, file, offset, part, signal });
        signal.throwIfAborted();
      }
      const standing = await this.#await(file);
      return standing?.state === 'ready' ? file : null;
    } catch (error) {
      if (error instanceof Problem && !error.retry) return null;
      throw error;
    }
  }

  /** Where a file stands once the server has looked at it: it says so, or is asked. */
  async #await(file: string): Promise<Standing | undefined> {
    const { connection, world } = this.#device;
    const told = new Promise<Standing>((resolve) => this.#checks.set(file, resolve));
    try {
      for (let tries = 1; !this.#closed; tries += 1) {
        const asked = new Promise<undefined>((resolve) => {
          const stop = world.after(Math.min(UPLOADING.askMs * tries, UPLOADING.mostWaitMs), () => resolve(undefined));
          this.#stops.push(() => {
            stop();
            resolve(undefined);
          });
        });
        const heard = await Promise.race([told, asked]);
        if (heard || this.#closed) return heard;
        try {
          const { uploads } = await connection.call('file.status', { files: [file] });
          if (!uploads[0]) return undefined;
          if (uploads[0].state === 'ready' || uploads[0].state === 'refused') return uploads[0];
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          if (!error.retry) return undefined;
        }
      }
      return undefined;
    } finally {
      this.#checks.delete(file);
    }
  }

  #checked(standing: Standing, known?: string): void {
    this.#checks.get(standing.id)?.(standing);
    const upload = this.#list.peek().find((it) => (known === undefined ? it.file === standing.id : it.id === known));
    if (!upload || upload.state === 'ready' || upload.state === 'refused') return;
    if (standing.state === 'ready' && standing.file) {
      this.#thumbs.also(upload.id, standing.file.id);
      this.#change(upload.id, { state: 'ready', trouble: undefined, offset: upload.bytes, shape: standing.file });
      if (upload.message) this.#settle(upload.message);
    } else if (standing.state === 'refused') {
      const { code, ...details } = standing.problem ?? { code: 'file.damaged' };
      this.#refused(upload.id, { code, details });
    } else if (standing.state === 'checking') {
      void this.#await(standing.id).then((it) => it && this.#checked(it, upload.id));
    }
  }

  #refused(id: string, trouble: Trouble): void {
    const upload = this.#find(id);
    if (!upload) return;
    if (isGuarded(trouble.code)) return this.#guarded(upload, trouble);
    // What cannot be read to its end cannot be checked: the guard has noted it.
    if (typeof trouble.details['incident'] === 'string')
      return this.#guarded(upload, { ...trouble, code: 'secrecy.unchecked' });
    // The message first: what is refused with it is not taken for one that is to be tried again.
    if (upload.message) this.#device.outbox.refuse(upload.message, trouble);
    this.#change(id, { state: 'refused', trouble });
  }

  /** Refused as secret: its bytes, its picture and its name leave this device. In a composer it is said until it is closed. */
  #guarded(upload: Upload, { code, details }: Trouble): void {
    const { id, bytes } = upload;
    const extension = extensionOf(upload.name);
    const told = { code, details: { ...details, file: { extension, bytes } } };
    if (upload.message) this.#device.outbox.refuse(upload.message, told);
    this.#drop([upload]);
    this.#thumbs.drop(id);
    const { width: _w, height: _h, wave: _v, seconds: _s, poster: _p, file: _f, ...rest } = upload;
    const left: Upload = { ...rest, name: `file.${extension}`, state: 'refused', trouble: told, poster: null };
    if (!upload.message) this.#list.value = [...this.#list.peek(), left];
  }

  /** Every change of the outbox: what waits there takes its files along, what has left it leaves them. */
  #follow(entries: readonly OutboxEntry[]): void {
    const held = new Map(entries.map((it) => [it.id, it]));
    const list = this.#list.peek();
    batch(() => {
      for (const entry of entries) {
        if (!entry.held) {
          for (const it of list) {
            // Of a message that goes at once, all was ready already.
            const ready = it.message === undefined && it.shape && filesOf(entry).includes(it.shape.id);
            if (ready) this.#change(it.id, { message: entry.id });
            if (ready || it.message === entry.id) this.#released.add(entry.id);
          }
          continue;
        }
        const files = filesOf(entry);
        files.forEach((file, place) => {
          const it = list.find((one) => one.id === file);
          if (it && it.message !== entry.id) this.#change(it.id, { message: entry.id, place });
          else if (it && it.state === 'refused' && !entry.refused) this.retry(it.id);
        });
        this.#settle(entry.id);
      }
      const left = list.filter((it) => it.message !== undefined && !held.has(it.message));
      for (const it of left) {
        // Sent, or thrown away before that.
        if (this.#released.has(it.message!)) this.#drop([it]);
        else this.remove(it.id);
      }
    });
    void this.drain();
  }

  readonly #released = new Set<string>();

  /** Lets a message go once all its files are ready; says so where bytes have been lost. */
  #settle(message: string): void {
    const { outbox } = this.#device;
    const entry = outbox.entries.peek().find((it) => it.id === message);
    if (!entry?.held || entry.refused) return;
    const ids = filesOf(entry).map((file) => {
      const it = this.#find(file);
      // What is none of this device's is the server's already.
      if (!it) return file;
      return it.state === 'ready' ? it.shape!.id : undefined;
    });
    if (ids.some((it) => it === undefined)) return;
    this.#released.add(message);
    outbox.release(message, { ...(entry.input as object), files: ids });
  }

  /** The message goes without this one, or not at all where nothing else is in it. */
  leaveOut(message: string, id: string): void {
    const { outbox } = this.#device;
    const entry = outbox.entries.peek().find((it) => it.id === message);
    const input = entry?.input as { text: string; files?: readonly string[] } | undefined;
    if (!entry || !input) return;
    const files = (input.files ?? []).filter((it) => it !== id);
    if (files.length === 0 && input.text === '') return outbox.remove(message);
    const { files: _files, ...rest } = input;
    batch(() => {
      outbox.amend(message, files.length > 0 ? { ...rest, files } : rest);
      this.remove(id);
      if (entry.refused) outbox.retry(message);
    });
  }

  #find(id: string): Upload | undefined {
    return this.#list.peek().find((it) => it.id === id);
  }

  #anew(): Partial<Upload> {
    return { file: undefined, offset: 0, begun: newId(this.#device.world.now()) };
  }

  #change(id: string, change: Partial<Upload>): Upload | undefined {
    let next: Upload | undefined;
    this.#list.value = this.#list.peek().map((it) => (it.id === id ? (next = { ...it, ...change }) : it));
    // What the guard refused stands in memory only.
    if (next && !isGuarded(next.trouble?.code)) this.#write([{ shelf: 'uploads', key: id, value: next }]);
    return next;
  }

  #drop(list: readonly Upload[]): void {
    for (const { id } of list) {
      this.#gone.add(id);
      this.#givenUp.delete(id);
      this.#working.get(id)?.abort();
      this.#bytes.delete(id);
      this.#bytes.delete(`${id} poster`);
    }
    const ids = new Set(list.map((it) => it.id));
    this.#list.value = this.#list.peek().filter((it) => !ids.has(it.id));
    this.#write(
      list.flatMap(({ id }) => [
        { shelf: 'uploads' as const, remove: id },
        ...['', ' thumb', ' poster'].map((it) => ({ shelf: 'blobs' as const, remove: id + it })),
      ]),
    );
    this.#thumbs.bound(UPLOADING.shown, (key) => this.#find(key) !== undefined);
    for (const it of this.#wakes) it();
  }

  /** Bytes and what is known of them, in one piece. */
  async #store(upload: Upload, blobs: Readonly<Record<string, Blob | undefined>>): Promise<void> {
    const { id } = upload;
    const bytes = Object.entries(blobs).flatMap(([end, value]) =>
      value ? [{ shelf: 'blobs' as const, key: id + end, value }] : [],
    );
    const writing = this.#device.cache
      .write([...bytes, { shelf: 'uploads', key: id, value: this.#find(id) ?? upload }])
      .then(
        () => {
          // What lies on the disk need not lie in memory too.
          for (const { key } of bytes) if (this.#device.cache.durable) this.#bytes.delete(key);
          this.#tell();
        },
        () => {
          // No room on this device: it lives as long as the page.
          if (!this.#closed) this.#change(id, { loose: true });
        },
      );
    this.#written = Promise.all([this.#written, writing]);
    await writing;
  }

  #write(changes: Parameters<Device['cache']['write']>[0]): void {
    const writing = this.#device.cache.write(changes).then(
      () => this.#tell(),
      // What is known of a file may be lost; the file itself is still sent.
      () => {},
    );
    this.#written = Promise.all([this.#written, writing]);
  }

  #tell(): void {
    if (!this.#closed) this.#device.pages.tell({ uploads: 'changed' } satisfies Word);
  }

  /** What another page has added, or has done. */
  async #read(): Promise<void> {
    await this.#written;
    const { cache } = this.#device;
    const found = (await cache.all<Upload>('uploads')).filter((it) => !this.#gone.has(it.id));
    for (const { id } of found) {
      if (this.#thumbs.has(id)) continue;
      const thumb = await cache.get<Blob>('blobs', `${id} thumb`);
      if (thumb) this.#thumbs.add(id, thumb);
    }
    if (this.#closed) return;
    const here = new Map(this.#list.peek().map((it) => [it.id, it]));
    const stored = new Set(found.map((it) => it.id));
    this.#list.value = [
      // What this page works on, it knows best.
      ...found.map((it) => (this.#working.has(it.id) ? (here.get(it.id) ?? it) : it)),
      ...[...here.values()].filter(
        (it) =>
          !stored.has(it.id) && (this.#bytes.has(it.id) || this.#working.has(it.id) || isGuarded(it.trouble?.code)),
      ),
    ];
  }

  /** Until the line is back, the person has come back, it is taken away, or the time is over. */
  #pause(failures: number, least: number): Promise<void> {
    const { world } = this.#device;
    const full = Math.min(UPLOADING.mostWaitMs, UPLOADING.firstWaitMs * 2 ** (failures - 1));
    const wait = Math.max(least, full / 2 + world.random() * (full / 2));
    return new Promise((resolve) => {
      const end = (): void => {
        stop();
        this.#wakes.delete(end);
        resolve();
      };
      const stop = world.after(wait, end);
      this.#wakes.add(end);
    });
  }
}

function filesOf({ input }: OutboxEntry): readonly string[] {
  return (input as { files?: readonly string[] }).files ?? [];
}

/** The poster's own action, the same at every try. */
function newIdFrom(id: string): string {
  return id.slice(0, -1) + ((Number.parseInt(id.slice(-1), 16) + 1) % 16).toString(16);
}
