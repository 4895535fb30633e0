// Chrome and Firefox make room for the phone's keyboard themselves (interactive-widget in index.html). Safari lays it
// over the page; there the height of what can be seen is followed instead.

const LEAST_KEYBOARD_PX = 120;

export function makeRoomForKeyboard(): void {
  const seen = window.visualViewport;
  if (!seen) return;
  const follow = () => {
    const covered = window.innerHeight - seen.height;
    // A pinched page is smaller too, but that is the person's wish and not a keyboard.
    if (covered > LEAST_KEYBOARD_PX && seen.scale === 1) {
      document.documentElement.style.setProperty('--app-height', `${seen.height}px`);
      window.scrollTo(0, 0);
    } else {
      document.documentElement.style.removeProperty('--app-height');
    }
  };
  seen.addEventListener('resize', follow);
}
