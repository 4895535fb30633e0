/** The device's own choice of files. It stands in the page while it is open: of what nothing holds nobody would hear what was chosen. */
export function askForFiles(
  { accept, capture }: { accept?: string | undefined; capture?: true | undefined },
  chosen: (files: File[]) => void,
): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.hidden = true;
  input.multiple = !capture;
  if (accept) input.accept = accept;
  if (capture) input.capture = 'environment';
  input.addEventListener('cancel', () => input.remove());
  input.addEventListener('change', () => {
    input.remove();
    chosen([...(input.files ?? [])]);
  });
  document.body.append(input);
  input.click();
}
