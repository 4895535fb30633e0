import type { Ask, Candidate, Said } from '../protocol.ts';

// Where everything goes through the relay no device learns another one’s address: not by an older device either, or one that tells more
// than it should. What a device says is passed on with the ways through the relay only.

/** Empty: there are no more. */
const isRelayed = (candidate: string): boolean => candidate === '' || / typ relay( |$)/.test(candidate);

/** A way through the relay, without where its device comes to the relay from. */
const unnamed = (candidate: string): string =>
  candidate.replace(/ raddr (\S+) rport \d+/, (_, address: string) =>
    address.includes(':') ? ' raddr :: rport 0' : ' raddr 0.0.0.0 rport 0',
  );

export function relayedSdp(sdp: string): string {
  return sdp
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('a=candidate:') || isRelayed(line))
    .map((line) =>
      line.startsWith('a=candidate:')
        ? unnamed(line)
        : line.replace(/^(c=|a=rtcp:\d+ )IN IP[46] \S+/, '$1IN IP4 0.0.0.0'),
    )
    .join('\r\n');
}

const relayedList = (list: readonly Candidate[]): Candidate[] =>
  list.filter(({ candidate }) => isRelayed(candidate)).map((it) => ({ ...it, candidate: unnamed(it.candidate) }));

/** Undefined where nothing is left to say. */
export function relayedSaid(said: Said): Said | undefined {
  if (said.what === 'description') return { ...said, sdp: relayedSdp(said.sdp) };
  if (said.what === 'again') return said;
  const list = relayedList(said.list);
  return list.length > 0 ? { ...said, list } : undefined;
}

/** The media server is not told more either. */
export function relayedAsk(ask: Ask): Ask {
  if (ask.ask === 'watch') return ask;
  return ask.ask === 'candidates' ? { ...ask, list: relayedList(ask.list) } : { ...ask, sdp: relayedSdp(ask.sdp) };
}
