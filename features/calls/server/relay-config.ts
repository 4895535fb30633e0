/** What the operator decides about the relay. */
export interface RelayWish {
  readonly secret: string;
  /** The host’s name, as devices know it. */
  readonly realm: string;
  /** Addresses of this machine to listen and relay on. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** The address under which devices see it, where a router stands before it. */
  readonly publicAddress?: string | undefined;
  /** UDP ports of what is relayed. */
  readonly from: number;
  readonly to: number;
  /** Addresses that may be reached although they are reserved: the media server’s, and the relay’s own. */
  readonly allowed: readonly string[];
  /** With them it speaks TLS too. */
  readonly tls?: { readonly port: number; readonly certificate: string; readonly key: string } | undefined;
}

/**
 * Where nobody may be reached through the relay (RFC 6890 and after): networks of one’s own, this machine, what is reserved, and IPv6
 * addresses that hold one of IPv4. So that the relay is no way into the agency’s network.
 */
export const RESERVED: readonly (readonly [first: string, last: string])[] = [
  ['0.0.0.0', '0.255.255.255'],
  ['10.0.0.0', '10.255.255.255'],
  ['100.64.0.0', '100.127.255.255'],
  ['127.0.0.0', '127.255.255.255'],
  ['169.254.0.0', '169.254.255.255'],
  ['172.16.0.0', '172.31.255.255'],
  ['192.0.0.0', '192.0.0.255'],
  ['192.0.2.0', '192.0.2.255'],
  ['192.88.99.0', '192.88.99.255'],
  ['192.168.0.0', '192.168.255.255'],
  ['198.18.0.0', '198.19.255.255'],
  ['198.51.100.0', '198.51.100.255'],
  ['203.0.113.0', '203.0.113.255'],
  ['224.0.0.0', '239.255.255.255'],
  ['240.0.0.0', '255.255.255.255'],
  // This machine, and what was IPv4-compatible. Not from `::`, which coturn takes for every address there is; itself it is never reached.
  ['::1', '::ffff:ffff'],
  // IPv4-mapped.
  ['::ffff:0:0', '::ffff:ffff:ffff'],
  ['64:ff9b::', '64:ff9b::ffff:ffff'],
  ['64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
  ['100::', '100::ffff:ffff:ffff:ffff'],
  ['2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
];

/** Of one seat: three others straight, by each of the relay’s addresses, and what is being made anew meanwhile. */
const SEAT_ALLOCATIONS = 24;
const ALLOCATIONS_MOST = 4_000;
/** 6 Mbit/s: two cameras and a screen. */
const BYTES_A_SECOND = 750_000;
/** As long as credentials hold: a nonce is asked for anew with them. */
const NONCE_SECONDS = 600;

/** `turnserver.conf` for coturn 4.6 as Debian has it. */
export function relayConfig(wish: RelayWish): string {
  const { secret, realm, addresses, port, publicAddress, from, to, allowed, tls } = wish;
  const lines: (readonly [string, (string | number)?])[] = [
    ...addresses.map((it) => ['listening-ip', it] as const),
    ['listening-port', port],
    ...addresses.map((it) => ['relay-ip', it] as const),
    ...(publicAddress === undefined ? [] : [['external-ip', publicAddress] as const]),
    ['min-port', from],
    ['max-port', to],
    ['fingerprint'],
    ['use-auth-secret'],
    ['static-auth-secret', secret],
    ['realm', realm],
    ['user-quota', SEAT_ALLOCATIONS],
    ['total-quota', ALLOCATIONS_MOST],
    ['max-bps', BYTES_A_SECOND],
    ['stale-nonce', NONCE_SECONDS],
    ['max-allocate-lifetime', NONCE_SECONDS],
    ['no-cli'],
    ['no-tcp-relay'],
    ['no-multicast-peers'],
    ['no-rfc5780'],
    ['no-stun-backward-compatibility'],
    ['response-origin-only-with-rfc5780'],
    ['no-software-attribute'],
    ['no-tlsv1'],
    ['no-tlsv1_1'],
    ...(tls
      ? ([
          ['tls-listening-port', tls.port],
          ['cert', tls.certificate],
          ['pkey', tls.key],
        ] as const)
      : ([['no-tls'], ['no-dtls']] as const)),
    ...RESERVED.map(([first, last]) => ['denied-peer-ip', `${first}-${last}`] as const),
    ...allowed.map((it) => ['allowed-peer-ip', it] as const),
  ];
  const text = lines.map(([name, value]) => (value === undefined ? name : `${name}=${value}`)).join('\n');
  return `# Written by bin/nharong calls turn-config; changes are lost when it is written again.\n${text}\n`;
}
