/** What a text may mean that was not written in Unicode, or was written down a second time. Only what looks so is tried. */
export function decodedOf(text: string): string[] {
  void text;
  return [];
}
