/**
 * The toneless, lower-case form in which people are searched: marks stripped, đ→d, apostrophes and punctuation dropped.
 * “Rơ Châm H’Bích” and “ro cham hbich” fold to the same text.
 */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/['’‘ʼ`]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
