import type { Shell } from '../web/routing.ts';
import { UpdateStrip } from '../web/update-strip.tsx';

// What the product shows, in the order of a tour: a feature puts its screens here and nothing else has to know it.
export const shell: Shell = {
  screens: [],
  tabs: [],
  home: () => '/chats',
  strips: [UpdateStrip],
  overlays: [],
};
