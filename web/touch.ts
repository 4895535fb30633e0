/** Keys that lead through a page; a phone's own keyboard sends none of them but Enter. */
const LEADING = /^(Tab|Arrow|Home|End|Page|Escape|F\d)/;

/** Says on the root whether the page is led by a finger, so that no ring is drawn around what a screen reader follows. */
export function watchTouch(root: HTMLElement, page: EventTarget): void {
  page.addEventListener('pointerdown', (event) => {
    root.toggleAttribute('data-touch', (event as PointerEvent).pointerType === 'touch');
  });
  page.addEventListener('keydown', (event) => {
    if (LEADING.test((event as KeyboardEvent).key)) root.removeAttribute('data-touch');
  });
}
