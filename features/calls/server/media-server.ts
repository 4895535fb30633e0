import type { House } from '../../../server/house.ts';
import { callProblems } from '../protocol.ts';
import type { MediaNews, MediaServer } from './sfu.ts';

/** The media server that is set up, or one that is not there. Opens by itself and mends itself; nothing waits for it. */
export function openMediaServer(_house: House, _news: MediaNews): MediaServer {
  return NONE;
}

const NONE: MediaServer = {
  there: false,
  ask: () => Promise.reject(callProblems('call.no_media_server')),
  silence: () => Promise.reject(callProblems('call.no_media_server')),
  putOut: () => Promise.resolve(),
  end: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
