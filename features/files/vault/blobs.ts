/** Where blobs lie, sealed: what is in them is none of its business. */
export interface Blobs {
  /** On the disk, or in the store, when this is done; a file in the place of `path` is not used after it. */
  keepFile(id: string, path: string): Promise<void>;
  keepBytes(id: string, sealed: Buffer): Promise<void>;
  /** The bytes from `from` to before `upTo`; fewer where the blob is shorter. Throws where there is none. */
  read(id: string, from: number, upTo: number): AsyncIterable<Uint8Array>;
  /** Done also where there is none. */
  remove(id: string): Promise<void>;
  /** Throws where it cannot be reached, and `StartError` where it must not be used as it is set; the reason is for the operator. */
  check(): Promise<void>;
}
