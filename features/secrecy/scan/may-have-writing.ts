import type { Picture } from '../extract/piece.ts';

export async function mayHaveWriting(_picture: Picture): Promise<boolean> {
  return true;
}
