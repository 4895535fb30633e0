/** Pictures shown from this device, by the id of the upload and, once there is one, of the file: addresses of this page. */
export class Thumbs {
  readonly #addresses = new Map<string, string>();

  get(id: string): string | undefined {
    return this.#addresses.get(id);
  }

  has(id: string): boolean {
    return this.#addresses.has(id);
  }

  add(id: string, picture: Blob): void {
    this.#addresses.set(id, URL.createObjectURL(picture));
  }

  /** The same picture, under another id too. */
  also(id: string, other: string): void {
    const address = this.#addresses.get(id);
    if (address !== undefined) this.#addresses.set(other, address);
  }

  /** Gives up that picture, under whatever id it is shown. */
  drop(id: string): void {
    const address = this.#addresses.get(id);
    if (address === undefined) return;
    for (const [key, it] of this.#addresses) if (it === address) this.#addresses.delete(key);
    URL.revokeObjectURL(address);
  }

  /** Gives up the oldest beyond so many, but none that is still needed. */
  bound(most: number, needed: (id: string) => boolean): void {
    for (const [id, address] of this.#addresses) {
      if (this.#addresses.size <= most) return;
      if (needed(id)) continue;
      this.#addresses.delete(id);
      if (![...this.#addresses.values()].includes(address)) URL.revokeObjectURL(address);
    }
  }

  clear(): void {
    for (const it of this.#addresses.values()) URL.revokeObjectURL(it);
    this.#addresses.clear();
  }
}
