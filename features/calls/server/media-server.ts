import type { House } from '../../../server/house.ts';
import { callProblems } from '../protocol.ts';
import { openJanus } from './janus.ts';
import type { MediaNews, MediaServer } from './sfu.ts';

/** The media server that is set up, or one that is not there. Opens by itself and mends itself; nothing waits for it. */
export function openMediaServer(house: House, news: MediaNews): MediaServer {
  const { janus } = house.config;
  return janus ? openJanus(janus, { log: house.log, news }) : NONE;
}

const NONE: MediaServer = {
  there: false,
  ask: () => Promise.reject(callProblems('call.no_media_server')),
  silence: () => Promise.reject(callProblems('call.no_media_server')),
  held: () => [],
  putOut: () => Promise.resolve(),
  end: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
