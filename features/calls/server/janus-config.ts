/** What the operator decides about the media server. */
export interface JanusWish {
  readonly secret: string;
  /** Where its WebSocket door is: an address that only this program's machine reaches. */
  readonly address: string;
  readonly port: number;
  /** UDP ports of sound and pictures: `20000-29999`. */
  readonly rtp: string;
  /** Addresses or interfaces that it offers to devices; all where empty. */
  readonly interfaces: readonly string[];
  /** The address under which devices see it, where a router stands before it. */
  readonly publicAddress?: string | undefined;
  /** It waits for devices to come instead of looking for them: for one that has an address of its own on the internet. */
  readonly lite: boolean;
}

/** The folder of settings for Janus 1.1 as Debian has it, by file name: nothing but rooms, and one door. */
export function janusConfig(wish: JanusWish): Readonly<Record<string, string>> {
  const { secret, address, port, rtp, interfaces, publicAddress, lite } = wish;
  return {
    'janus.jcfg': block({
      general: {
        // Errors and warnings. What is below names addresses of devices.
        debug_level: 2,
        debug_timestamps: true,
        api_secret: secret,
        server_name: 'nharong',
        session_timeout: 60,
        candidates_timeout: 45,
        hide_dependencies: true,
      },
      media: { rtp_port_range: rtp, dtls_mtu: 1200, no_media_timer: 5, slowlink_threshold: 0 },
      nat: {
        nice_debug: false,
        // Its addresses stand in what it answers; nothing has to be told afterwards.
        full_trickle: false,
        ice_lite: lite,
        ice_tcp: false,
        ...(interfaces.length > 0 ? { ice_enforce_list: interfaces.join(',') } : {}),
        ...(publicAddress === undefined ? {} : { nat_1_1_mapping: publicAddress, keep_private_host: false }),
        ignore_mdns: true,
      },
      // What is not needed is not there.
      plugins: { disable: OTHER_PLUGINS.join(',') },
      transports: { disable: OTHER_DOORS.join(',') },
      loggers: { disable: 'libjanus_jsonlog.so' },
      events: { broadcast: false },
    }),
    'janus.transport.websockets.jcfg': block({
      general: {
        json: 'compact',
        ws: true,
        ws_ip: address,
        ws_port: port,
        wss: false,
        ws_logging: 'err',
        events: false,
        pingpong_trigger: 30,
        pingpong_timeout: 10,
      },
      admin: { admin_ws: false, admin_wss: false },
    }),
    'janus.plugin.videoroom.jcfg': block({ general: { string_ids: true, events: false } }),
  };
}

const OTHER_PLUGINS = [
  'audiobridge',
  'duktape',
  'echotest',
  'lua',
  'nosip',
  'recordplay',
  'sip',
  'streaming',
  'textroom',
  'videocall',
  'voicemail',
].map((it) => `libjanus_${it}.so`);
const OTHER_DOORS = ['http', 'mqtt', 'nanomsg', 'pfunix', 'rabbitmq'].map((it) => `libjanus_${it}.so`);

type Value = string | number | boolean;

/** As libconfig reads it. */
function block(sections: Readonly<Record<string, Readonly<Record<string, Value>>>>): string {
  const lines = Object.entries(sections).flatMap(([name, values]) => [
    `${name}: {`,
    ...Object.entries(values).map(([key, value]) => `\t${key} = ${typeof value === 'string' ? quoted(value) : value}`),
    '}',
  ]);
  return `# Written by bin/nharong calls janus-config; changes are lost when it is written again.\n${lines.join('\n')}\n`;
}

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;
