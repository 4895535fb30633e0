import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { isIP } from 'node:net';
import { LOG_LEVELS, type LogLevel } from './log.ts';

/** How codes leave the house. */
export type SmsConfig =
  | { readonly provider: 'console' }
  | { readonly provider: 'file'; readonly file: string }
  | {
      readonly provider: 'http';
      readonly url: string;
      readonly method: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      readonly sender: string;
    }
  | { readonly provider: 'smpp'; readonly url: string; readonly sender: string };

/** A store that speaks S3. */
export interface S3Config {
  readonly url: string;
  readonly bucket: string;
  readonly region: string;
  readonly key: string;
  readonly secret: string;
}

/** The relay of calls (TURN). */
export interface TurnConfig {
  /** `turn:` and `turns:` addresses, as devices are told them. */
  readonly urls: readonly string[];
  readonly secret: string;
}

/** The media server of calls. */
export interface JanusConfig {
  readonly url: string;
  readonly secret: string;
}

/** NATS, where nodes speak to each other. */
export interface NatsConfig {
  /** `host:port` each. */
  readonly servers: readonly string[];
  /** Nothing is sent that is not encrypted. */
  readonly tls: boolean;
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  /** Files: whose certificates are believed, our own certificate and its key, credentials or the seed of an nkey. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly creds?: string;
  /** Undefined: the installation’s own. */
  readonly prefix?: string;
}

/** Where backups go, and who can open them. */
export interface BackupConfig {
  /** Absolute. */
  readonly folder: string;
  /** age1… */
  readonly recipients: readonly string[];
  /** Of the clock in Vietnam. */
  readonly at: { readonly hour: number; readonly minute: number };
  /** With more of the log of changes waiting than this, it is given up until the next backup. */
  readonly spoolBytes: number;
}

export interface Config {
  readonly production: boolean;
  readonly port: number;
  readonly host: string;
  /** Where people reach the program, without a slash at the end: `https://nharong.gialai.gov.vn`. */
  readonly publicUrl: string;
  /** Absolute. */
  readonly dataDir: string;
  /** With less room than this where DATA_DIR is, what takes room is refused. 0: never. */
  readonly storageReserveBytes: number;
  /** How long the program goes on serving after it was told to stop and says that it is not ready any more. */
  readonly drainSeconds: number;
  /** Undefined: the program's own PostgreSQL. */
  readonly databaseUrl: string | undefined;
  /** Undefined: nothing is backed up. */
  readonly backup: BackupConfig | undefined;
  /** Undefined: files lie in DATA_DIR. */
  readonly filesS3: S3Config | undefined;
  /** Undefined: one process, no bus outside. */
  readonly nats: NatsConfig | undefined;
  /** Where the keys lie that all nodes share; absolute. */
  readonly keysDir: string;
  /** Several nodes see the same folder of files in DATA_DIR. */
  readonly filesShared: boolean;
  /** How operators know this node. */
  readonly nodeName: string;
  /** Where other nodes reach this one, without a slash at the end. */
  readonly nodeAddress: string | undefined;
  readonly sms: SmsConfig;
  readonly logLevel: LogLevel;
  /** Addresses and networks of proxies whose X-Forwarded-* are believed. */
  readonly trustedProxies: readonly string[];
  /** Addresses behind which many people sit, and how many times the usual they may sign in. */
  readonly officeNetworks: readonly OfficeNetwork[];
  /** A further file for signed checkpoints of the audit log, outside what the database's owner can change. */
  readonly auditCopy: string | undefined;
  /** Who may register: numbers of the directory and of invitations only, or anybody whom an administrator approves. */
  readonly registration: 'directory' | 'approval';
  /** Origins of push services beside those of the browsers there are. */
  readonly pushHosts: readonly string[];
  /** Minutes after which an unread message of the highest urgency is told by SMS; 0: never. */
  readonly urgentSmsAfterMinutes: number;
  /** Such text messages a day. */
  readonly urgentSmsDaily: number;
  /** Days for which originals of recalled messages are kept sealed, where a group keeps records. */
  readonly sealedDays: number;
  /** Pages that messages link to are fetched, so that a card can say what they are. */
  readonly linkPreviews: boolean;
  /** Undefined: devices in calls reach each other straight, or not at all. */
  readonly turn: TurnConfig | undefined;
  /** Devices in calls never learn each other’s addresses. */
  readonly callsRelayOnly: boolean;
  /** Undefined: calls are for a few people only. */
  readonly janus: JanusConfig | undefined;
}

export interface OfficeNetwork {
  /** An address or a network: `113.160.0.0/16`. */
  readonly network: string;
  readonly factor: number;
}

export interface BadSetting {
  readonly name: string;
  /** As it may be shown: never a secret. */
  readonly value: string;
  readonly expected: string;
}

/** Everything that is wrong with the environment, all at once. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly bad: readonly BadSetting[];

  constructor(bad: readonly BadSetting[]) {
    super(bad.map(({ name, value, expected }) => `${name}=${value}: expected ${expected}`).join('\n'));
    this.bad = bad;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Setting<T> {
  readonly name: string;
  /** What holds where it is not set, as text for `parse`; or words in brackets for the table, where nothing is parsed. */
  readonly fallback: string;
  /** Completes "expected …". */
  readonly expected: string;
  readonly about: string;
  readonly secret?: true;
  /** Undefined where the text is not as expected. */
  parse(text: string): T | undefined;
}

const oneOf =
  <T extends string>(...words: readonly T[]) =>
  (text: string): T | undefined =>
    words.find((word) => word === text);

const urlOf =
  (...protocols: string[]) =>
  (text: string): string | undefined => {
    const url = URL.parse(text);
    return url && protocols.includes(url.protocol) && url.hostname !== '' ? text : undefined;
  };

const anyText = (text: string): string | undefined => (text === '' ? undefined : text);

function parsePort(text: string): number | undefined {
  const port = Number(text);
  // Not 0: nobody could be told where the program is.
  return /^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535 ? port : undefined;
}

function parsePublicUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol)) return undefined;
  if (url.username || url.password || url.search || url.hash || url.pathname !== '/') return undefined;
  return url.origin;
}

function parseDatabaseUrl(text: string): string | undefined {
  const url = URL.parse(text);
  return url && ['postgres:', 'postgresql:'].includes(url.protocol) ? text : undefined;
}

/** Credentials in the first address that has some are for all; `tls:` in one asks for it of all. */
function parseNatsUrls(text: string): Pick<NatsConfig, 'servers' | 'tls' | 'user' | 'password' | 'token'> | undefined {
  const found = text.split(',').map((part) => URL.parse(part.trim()));
  const fine = found.every(
    (url) =>
      url !== null &&
      ['nats:', 'tls:'].includes(url.protocol) &&
      /^([a-z0-9._-]+|\[[0-9a-f:.]+\])$/i.test(url.hostname) &&
      /^\/?$/.test(url.pathname) &&
      !url.search &&
      !url.hash,
  );
  if (!fine || found.length > 16) return undefined;
  const urls = found.map((url) => url!);
  const named = urls.find((url) => url.username !== '');
  try {
    const user = decodeURIComponent(named?.username ?? '');
    const password = decodeURIComponent(named?.password ?? '');
    return {
      servers: urls.map((url) => `${url.hostname}:${url.port || '4222'}`),
      tls: urls.some((url) => url.protocol === 'tls:'),
      ...(user === '' ? {} : password === '' ? { token: user } : { user, password }),
    };
  } catch {
    return undefined;
  }
}

function parseHeaders(text: string): Record<string, string> | undefined {
  let headers: unknown;
  try {
    headers = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) return undefined;
  const fine = Object.entries(headers).every(
    ([name, value]) =>
      /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && typeof value === 'string' && !/[\r\n\0]/.test(value),
  );
  return fine ? (headers as Record<string, string>) : undefined;
}

function parseProxies(text: string): string[] | undefined {
  const parts = text.split(',').map((part) => part.trim());
  const fine = parts.every((part) => {
    const [address = '', bits, ...rest] = part.split('/');
    const family = isIP(address);
    if (family === 0 || rest.length > 0) return false;
    return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
  });
  return fine ? parts : undefined;
}

function parseOfficeNetworks(text: string): OfficeNetwork[] | undefined {
  const found: OfficeNetwork[] = [];
  for (const part of text.split(',')) {
    const [network = '', factor = '20', ...rest] = part.trim().split('=');
    if (!parseProxies(network) || rest.length > 0 || !/^[1-9]\d{0,3}$/.test(factor)) return undefined;
    found.push({ network, factor: Number(factor) });
  }
  return found;
}

function parseOrigins(text: string): string[] | undefined {
  const found = text.split(',').map((part) => URL.parse(part.trim()));
  const fine = found.every((url) => url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`);
  return fine ? found.map((url) => url!.origin) : undefined;
}

/** RFC 7065: `turn:host`, `turns:host:port?transport=tcp`; an IPv6 address in brackets. */
function parseTurnUrls(text: string): string[] | undefined {
  const found = text.split(',').map((part) => part.trim());
  const fine = found.every((url) => {
    const [, host = '', , port] =
      /^turns?:([a-z0-9.-]+|\[[0-9a-f:.]+\])(:(\d{1,5}))?(\?transport=(udp|tcp))?$/i.exec(url) ?? [];
    if (host === '' || (host.startsWith('[') && isIP(host.slice(1, -1)) !== 6)) return false;
    return port === undefined || parsePort(port) !== undefined;
  });
  // So that no answer to a device grows with what is set.
  return fine && found.length <= 8 ? found : undefined;
}

/** Short secrets are guessed away from the server: whoever has a credential can try them on it. */
const parseSecret = (text: string): string | undefined => (/^[\x21-\x7e]{16,256}$/.test(text) ? text : undefined);

function parseRecipients(text: string): string[] | undefined {
  const found = text.split(',').map((part) => part.trim());
  return found.length <= 16 && found.every((it) => /^age1[02-9ac-hj-np-z]{58}$/.test(it)) ? found : undefined;
}

function parseTimeOfDay(text: string): { hour: number; minute: number } | undefined {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  return hour === undefined ? undefined : { hour: Number(hour), minute: Number(minute) };
}

const parseHost = (text: string): string | undefined => (isIP(text) || text === 'localhost' ? text : undefined);

function setting<T>(row: Setting<T>): Setting<T> {
  return row;
}

/** Every setting there is. From these rows come the validation and the table in docs/operating.md. */
const settings = {
  NODE_ENV: setting({
    name: 'NODE_ENV',
    fallback: 'development',
    expected: 'development, test or production',
    about:
      'With `production` the program refuses what is only good for trying out: SMS to the console or a file, and an address without TLS.',
    parse: oneOf('development', 'test', 'production'),
  }),
  PORT: setting({
    name: 'PORT',
    fallback: '8080',
    expected: 'a port from 1 to 65535',
    about: 'Port of HTTP and WebSocket.',
    parse: parsePort,
  }),
  HOST: setting({
    name: 'HOST',
    fallback: '127.0.0.1',
    expected: 'an IP address of this machine or localhost',
    about:
      'Address to listen on. The default is reachable from this machine only, where the reverse proxy with TLS stands; `0.0.0.0` is all addresses.',
    parse: parseHost,
  }),
  PUBLIC_URL: setting({
    name: 'PUBLIC_URL',
    fallback: '(http://localhost:PORT)',
    expected: 'an address such as https://nharong.example.gov.vn, without a path',
    about: 'Where people reach the program. Sign-in works over https, or on localhost.',
    parse: parsePublicUrl,
  }),
  DATA_DIR: setting({
    name: 'DATA_DIR',
    fallback: './data',
    expected: 'a folder',
    about: 'The database and everything else that must be kept. One program at a time.',
    parse: anyText,
  }),
  STORAGE_RESERVE_MB: setting({
    name: 'STORAGE_RESERVE_MB',
    fallback: '256',
    expected: 'a number of megabytes, or 0',
    about:
      'With less room than this on the disk of `DATA_DIR`, messages, pictures and staff lists are refused until there is room again; reading, signing in and small changes go on. `0`: only a full disk stops it.',
    parse: (text) => (/^\d{1,10}$/.test(text) ? Number(text) : undefined),
  }),
  DRAIN_SECONDS: setting({
    name: 'DRAIN_SECONDS',
    fallback: '0',
    expected: 'a number of seconds up to 300',
    about:
      'Behind a load balancer: how long the program goes on serving after it was told to stop, while `/readyz` answers 503. Twice as long as the balancer takes to notice.',
    parse: (text) => (/^\d{1,3}$/.test(text) && Number(text) <= 300 ? Number(text) : undefined),
  }),
  DATABASE_URL: setting({
    name: 'DATABASE_URL',
    fallback: '(the program’s own PostgreSQL, in DATA_DIR)',
    expected: 'an address such as postgresql://user:password@host/database',
    about: 'An existing PostgreSQL ≥ 15, UTF-8, with fsync on.',
    secret: true,
    parse: parseDatabaseUrl,
  }),
  NATS_URL: setting({
    name: 'NATS_URL',
    fallback: '(none: one process)',
    expected: 'addresses such as nats://host:4222 or tls://user:password@host:4222, with commas',
    about:
      'The bus between several processes of one service, on one PostgreSQL. [Several nodes](#several-nodes-the-bus).',
    secret: true,
    parse: parseNatsUrls,
  }),
  NATS_CA: setting({
    name: 'NATS_CA',
    fallback: '(those of the system)',
    expected: 'a file',
    about: 'Certificates of those who may have signed NATS’s own (PEM). With it nothing goes to NATS unencrypted.',
    parse: anyText,
  }),
  NATS_CERT: setting({
    name: 'NATS_CERT',
    fallback: '(none)',
    expected: 'a file',
    about: 'This node’s certificate for NATS (PEM), where NATS asks for one.',
    parse: anyText,
  }),
  NATS_KEY: setting({
    name: 'NATS_KEY',
    fallback: '(needed with NATS_CERT)',
    expected: 'a file',
    about: 'Its key (PEM).',
    parse: anyText,
  }),
  NATS_CREDS: setting({
    name: 'NATS_CREDS',
    fallback: '(none)',
    expected: 'a file',
    about:
      'What this node signs in to NATS with: a file of credentials (`.creds`), or one with the seed of a user’s nkey.',
    parse: anyText,
  }),
  NATS_PREFIX: setting({
    name: 'NATS_PREFIX',
    fallback: '(nharong. and the id that the database was given when it was made)',
    expected: 'letters, digits, hyphens and underlines, with dots between',
    about: 'What all subjects begin with. The same on all nodes; another for each installation on one NATS.',
    parse: (text) => (/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){0,7}$/.test(text) && text.length <= 100 ? text : undefined),
  }),
  NODE_NAME: setting({
    name: 'NODE_NAME',
    fallback: '(the machine’s name and the port)',
    expected: 'up to 60 letters, digits, dots, hyphens, colons and underlines',
    about: 'How this process is called where several are listed.',
    parse: (text) => (/^[A-Za-z0-9._:-]{1,60}$/.test(text) ? text : undefined),
  }),
  NODE_ADDRESS: setting({
    name: 'NODE_ADDRESS',
    fallback: '(none)',
    expected: 'an address such as http://10.0.0.11:8080, without a path',
    about: 'Where other nodes reach this one, not by way of the load balancer.',
    parse: parsePublicUrl,
  }),
  KEYS_DIR: setting({
    name: 'KEYS_DIR',
    fallback: '(keys, in DATA_DIR)',
    expected: 'a folder',
    about: 'The keys that are not in the database. The same on all nodes: a node that has others does not start.',
    parse: anyText,
  }),
  FILES_SHARED: setting({
    name: 'FILES_SHARED',
    fallback: 'no',
    expected: 'no or yes',
    about:
      'With `NATS_URL` and without `FILES_S3_URL`: `yes` says that `DATA_DIR/files` is one folder that all nodes see, or that there is only one node.',
    parse: oneOf('no', 'yes'),
  }),
  BACKUP_DIR: setting({
    name: 'BACKUP_DIR',
    fallback: '(none: nothing is backed up)',
    expected: 'a folder',
    about: 'Where backups go, sealed: a folder on another machine’s disk, and not in `DATA_DIR`. [How](#backup).',
    parse: anyText,
  }),
  BACKUP_RECIPIENTS: setting({
    name: 'BACKUP_RECIPIENTS',
    fallback: '(needed with BACKUP_DIR)',
    expected: 'public keys age1…, with commas',
    about: 'Who can open the backups: what `bin/nharong backup keys FILE` prints. What opens them is kept elsewhere.',
    parse: parseRecipients,
  }),
  BACKUP_AT: setting({
    name: 'BACKUP_AT',
    fallback: '02:00',
    expected: 'a time such as 02:00',
    about: 'When the nightly backup is made, by the clock in Vietnam.',
    parse: parseTimeOfDay,
  }),
  BACKUP_SPOOL_MB: setting({
    name: 'BACKUP_SPOOL_MB',
    fallback: '2048',
    expected: 'a number of megabytes from 64',
    about:
      'While `BACKUP_DIR` takes nothing the log of changes waits in `DATA_DIR`. With more than this waiting it is given up, so that the disk does not fill: from then until the next backup nothing new can be restored.',
    parse: (text) => (/^\d{2,8}$/.test(text) && Number(text) >= 64 ? Number(text) : undefined),
  }),
  FILES_S3_URL: setting({
    name: 'FILES_S3_URL',
    fallback: '(files lie in DATA_DIR)',
    expected: 'an http: or https: address without the bucket',
    about:
      'A store that speaks S3, for the files people send; encrypted before they leave this machine. Set it before the first file: what lies in `DATA_DIR/files` is not moved by itself.',
    parse: (text) => (urlOf('https:', 'http:')(text) && !/[?#]/.test(text) ? text : undefined),
  }),
  FILES_S3_BUCKET: setting({
    name: 'FILES_S3_BUCKET',
    fallback: '(needed with FILES_S3_URL)',
    expected: 'a name of 3 to 63 small letters, digits, dots, hyphens',
    about: 'Its bucket, which is there already and holds nothing else.',
    parse: (text) => (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text) ? text : undefined),
  }),
  FILES_S3_REGION: setting({
    name: 'FILES_S3_REGION',
    fallback: 'us-east-1',
    expected: 'a name of small letters, digits, hyphens',
    about: 'Its region, as it stands in the signatures.',
    parse: (text) => (/^[a-z0-9-]{1,64}$/i.test(text) ? text : undefined),
  }),
  FILES_S3_KEY: setting({
    name: 'FILES_S3_KEY',
    fallback: '(needed with FILES_S3_URL)',
    expected: 'an access key',
    about: 'Access key; it may read, write, delete and list in that bucket.',
    secret: true,
    parse: anyText,
  }),
  FILES_S3_SECRET: setting({
    name: 'FILES_S3_SECRET',
    fallback: '(needed with FILES_S3_URL)',
    expected: 'a secret key',
    about: 'Its secret.',
    secret: true,
    parse: anyText,
  }),
  SMS_PROVIDER: setting({
    name: 'SMS_PROVIDER',
    fallback: 'console',
    expected: 'console, file, http or smpp',
    about: 'How sign-in codes are sent. `console` prints them where the program runs.',
    parse: oneOf('console', 'file', 'http', 'smpp'),
  }),
  SMS_FILE: setting({
    name: 'SMS_FILE',
    fallback: '(needed with file)',
    expected: 'a file',
    about: 'With `file`: every message is one line of JSON at its end: `{"at","to","text"}`.',
    parse: anyText,
  }),
  SMS_SENDER: setting({
    name: 'SMS_SENDER',
    fallback: '(needed with smpp)',
    expected: 'a sender name (letters, digits, up to 11) or a number',
    about: 'The sender the phone shows (brandname), as agreed with the operator; `{sender}` in the templates below.',
    parse: (text) => (/^(?:\+?\d{3,15}|[A-Za-z0-9 ._-]{1,11})$/.test(text) ? text : undefined),
  }),
  SMS_HTTP_URL: setting({
    name: 'SMS_HTTP_URL',
    fallback: '(needed with http)',
    expected: 'an http: or https: address',
    about:
      'With `http`: the gateway. `{to}`, `{text}`, `{sender}` and `{id}` stand for the number (+84…), the text, the sender and an id that stays the same when a message is tried again; here they are URL-encoded.',
    secret: true,
    parse: urlOf('https:', 'http:'),
  }),
  SMS_HTTP_METHOD: setting({
    name: 'SMS_HTTP_METHOD',
    fallback: 'POST',
    expected: 'POST, PUT or GET',
    about: 'With `http`: the method.',
    parse: oneOf('POST', 'PUT', 'GET'),
  }),
  SMS_HTTP_HEADERS: setting({
    name: 'SMS_HTTP_HEADERS',
    fallback: '{"content-type":"application/json"}',
    expected: 'a JSON object of header names and texts',
    about: 'With `http`: the headers, also those that carry the key of the gateway.',
    secret: true,
    parse: parseHeaders,
  }),
  SMS_HTTP_BODY: setting({
    name: 'SMS_HTTP_BODY',
    fallback: '{"to":"{to}","text":"{text}"}',
    expected: 'a template that holds {to} and {text}',
    about:
      'With `http`: the body. The places are filled in as JSON strings where the content type is JSON, URL-encoded where it is a form, as they are otherwise. Not sent with GET.',
    secret: true,
    parse: anyText,
  }),
  SMPP_URL: setting({
    name: 'SMPP_URL',
    fallback: '(needed with smpp)',
    expected: 'an address such as smpp://system_id:password@host:2775 or ssmpp:// with TLS',
    about: 'With `smpp`: the operator’s SMSC.',
    secret: true,
    parse: urlOf('smpp:', 'ssmpp:'),
  }),
  LOG_LEVEL: setting({
    name: 'LOG_LEVEL',
    fallback: 'info',
    expected: LOG_LEVELS.join(', '),
    about: 'How much is logged. No level logs contents.',
    parse: oneOf(...LOG_LEVELS),
  }),
  TRUSTED_PROXIES: setting({
    name: 'TRUSTED_PROXIES',
    fallback: '127.0.0.1,::1',
    expected: 'IP addresses or networks such as 10.0.0.0/8, with commas',
    about: 'The reverse proxies whose `X-Forwarded-For` is believed. Limits per address count by it.',
    parse: parseProxies,
  }),
  OFFICE_NETWORKS: setting({
    name: 'OFFICE_NETWORKS',
    fallback: '(none)',
    expected: 'IP addresses or networks such as 113.160.1.0/24=50, with commas; 20 where the number is left out',
    about:
      'Public addresses behind which whole offices sit. There the limits per address, of sign-in (20 codes an hour) and of live connections (300), are multiplied by the number.',
    parse: parseOfficeNetworks,
  }),
  AUDIT_COPY: setting({
    name: 'AUDIT_COPY',
    fallback: '(none)',
    expected: 'a file',
    about:
      'A second place for the signed checkpoints of the audit log, besides `DATA_DIR/audit`: a file on another machine or on a medium that is written once. Lines are only added at its end.',
    parse: anyText,
  }),
  REGISTRATION: setting({
    name: 'REGISTRATION',
    fallback: 'directory',
    expected: 'directory or approval',
    about:
      'How newcomers come in until an administrator chooses otherwise. `directory`: only numbers of the directory and of invitations can register. `approval`: anybody, after an administrator agreed.',
    parse: oneOf('directory', 'approval'),
  }),
  PUSH_HOSTS: setting({
    name: 'PUSH_HOSTS',
    fallback: '(none)',
    expected: 'addresses such as https://push.example.vn, with commas; https: in production',
    about:
      'Push services beside those of Chrome, Firefox, Safari and Edge, which are known. Only to these does the program send notifications.',
    parse: parseOrigins,
  }),
  URGENT_SMS_AFTER_MINUTES: setting({
    name: 'URGENT_SMS_AFTER_MINUTES',
    fallback: '0',
    expected: 'a number of minutes up to 1440, or 0',
    about:
      'Who has not read a message marked HỎA TỐC after so many minutes gets one SMS that says so, without its contents. `0`: never.',
    parse: (text) => (/^\d{1,4}$/.test(text) && Number(text) <= 1_440 ? Number(text) : undefined),
  }),
  URGENT_SMS_DAILY: setting({
    name: 'URGENT_SMS_DAILY',
    fallback: '500',
    expected: 'a number',
    about: 'The most SMS a day about such messages, for the whole agency; sign-in codes have their own limits.',
    parse: (text) => (/^\d{1,6}$/.test(text) ? Number(text) : undefined),
  }),
  SEALED_DAYS: setting({
    name: 'SEALED_DAYS',
    fallback: '365',
    expected: 'a number of days from 1 to 36500',
    about:
      'Days for which the originals of recalled messages are kept, sealed, in groups that keep records; then they are removed for good.',
    parse: (text) => (/^[1-9]\d{0,4}$/.test(text) && Number(text) <= 36_500 ? Number(text) : undefined),
  }),
  LINK_PREVIEWS: setting({
    name: 'LINK_PREVIEWS',
    fallback: 'off',
    expected: 'off or on',
    about:
      'With `on`, the pages that messages link to are fetched by this machine (a process of its own, public addresses only, ports 80 and 443), and a card below the message says what they are. Whoever runs such a page learns that somebody here was sent its address.',
    parse: oneOf('off', 'on'),
  }),
  TURN_URL: setting({
    name: 'TURN_URL',
    fallback: '(none: devices in calls reach each other straight, or not at all)',
    expected:
      'addresses such as turn:turn.example.gov.vn:3478 or turns:turn.example.gov.vn:5349?transport=tcp, with commas',
    about:
      'The relay of calls (coturn), as devices reach it. Without one, calls fail between networks that let nothing straight through: mobile networks, many offices. [Setting it up](#calls).',
    parse: parseTurnUrls,
  }),
  TURN_SECRET: setting({
    name: 'TURN_SECRET',
    fallback: '(needed with TURN_URL)',
    expected: '16 to 256 letters, digits and signs without spaces',
    about: 'Its `static-auth-secret`. From it come credentials for one seat in one call, for ten minutes.',
    secret: true,
    parse: parseSecret,
  }),
  CALLS_RELAY_ONLY: setting({
    name: 'CALLS_RELAY_ONLY',
    fallback: 'no',
    expected: 'no or yes',
    about:
      'With `yes`, everything of a call goes through the relay or the media server, so that people in calls never learn each other’s network addresses. Needs `TURN_URL`; everything then costs the relay’s line.',
    parse: oneOf('no', 'yes'),
  }),
  JANUS_URL: setting({
    name: 'JANUS_URL',
    fallback: '(none: calls are for up to 4 people)',
    expected: 'an address such as ws://127.0.0.1:8188',
    about:
      'The media server of calls with more people (Janus), at its WebSocket door, which nobody but this program may reach.',
    parse: (text) => (urlOf('ws:', 'wss:')(text) && !/[@#]/.test(text) ? text : undefined),
  }),
  JANUS_SECRET: setting({
    name: 'JANUS_SECRET',
    fallback: '(needed with JANUS_URL)',
    expected: '16 to 256 letters, digits and signs without spaces',
    about: 'Its `api_secret`. The secrets of its rooms come from it as well.',
    secret: true,
    parse: parseSecret,
  }),
};

type Settings = typeof settings;
type Value<Name extends keyof Settings> = NonNullable<ReturnType<Settings[Name]['parse']>>;

/** The environment as the program uses it. Fails with `ConfigError` that names every bad value. */
export function readConfig(env: Environment): Config {
  const bad: BadSetting[] = [];

  function refuse(name: keyof Settings, expected: string = settings[name].expected): void {
    const text = env[name] ?? '';
    bad.push({ name, value: text === '' ? '(not set)' : shown(settings[name], text), expected });
  }

  /** Undefined where it is not set and has no fallback, or is bad. An empty text is the same as not set. */
  function read<Name extends keyof Settings>(name: Name): Value<Name> | undefined {
    const row: Setting<unknown> = settings[name];
    const text = env[name]?.trim() || (row.fallback.startsWith('(') ? '' : row.fallback);
    if (text === '') return undefined;
    const value = row.parse(text) as Value<Name> | undefined;
    if (value === undefined) refuse(name);
    return value;
  }

  function need<Name extends keyof Settings>(name: Name, why: string): Value<Name> | undefined {
    const value = read(name);
    if (value === undefined && !bad.some((each) => each.name === name))
      refuse(name, `${settings[name].expected}, because ${why}`);
    return value;
  }

  function readSms(): SmsConfig | undefined {
    const provider = read('SMS_PROVIDER');
    switch (provider) {
      case undefined:
        return undefined;
      case 'console':
        return { provider };
      case 'file': {
        const file = need('SMS_FILE', 'SMS_PROVIDER is file');
        return file === undefined ? undefined : { provider, file: resolve(file) };
      }
      case 'smpp': {
        const url = need('SMPP_URL', 'SMS_PROVIDER is smpp');
        const sender = need('SMS_SENDER', 'SMS_PROVIDER is smpp');
        return url === undefined || sender === undefined ? undefined : { provider, url, sender };
      }
      case 'http': {
        const url = need('SMS_HTTP_URL', 'SMS_PROVIDER is http');
        const method = read('SMS_HTTP_METHOD');
        const headers = read('SMS_HTTP_HEADERS');
        const body = read('SMS_HTTP_BODY');
        const sender = read('SMS_SENDER') ?? '';
        if (url === undefined || method === undefined || headers === undefined || body === undefined) return undefined;
        const carrier = method === 'GET' ? url : url + body;
        if (!carrier.includes('{to}') || !carrier.includes('{text}')) {
          refuse(method === 'GET' ? 'SMS_HTTP_URL' : 'SMS_HTTP_BODY', 'a template that holds {to} and {text}');
        }
        return { provider, url, method, headers, body, sender };
      }
    }
  }

  function readS3(): S3Config | undefined {
    const url = read('FILES_S3_URL');
    const region = read('FILES_S3_REGION');
    if (url === undefined) return undefined;
    const bucket = need('FILES_S3_BUCKET', 'FILES_S3_URL is set');
    const key = need('FILES_S3_KEY', 'FILES_S3_URL is set');
    const secret = need('FILES_S3_SECRET', 'FILES_S3_URL is set');
    if (bucket === undefined || key === undefined || secret === undefined || region === undefined) return undefined;
    return { url, bucket, region, key, secret };
  }

  function readBackup(dataDir: string | undefined): BackupConfig | undefined {
    const folder = read('BACKUP_DIR');
    const at = read('BACKUP_AT');
    const spool = read('BACKUP_SPOOL_MB');
    if (folder === undefined) return undefined;
    const recipients = need('BACKUP_RECIPIENTS', 'BACKUP_DIR is set');
    // What is lost with the disk of DATA_DIR must not take its backup along; inside it one would back up the other.
    if (dataDir !== undefined && `${resolve(folder)}/`.startsWith(`${resolve(dataDir)}/`))
      refuse('BACKUP_DIR', 'a folder that is not in DATA_DIR');
    if (recipients === undefined || at === undefined || spool === undefined) return undefined;
    return { folder: resolve(folder), recipients, at, spoolBytes: spool * 1_048_576 };
  }

  function readTurn(): TurnConfig | undefined {
    const urls = read('TURN_URL');
    if (urls === undefined) return undefined;
    const secret = need('TURN_SECRET', 'TURN_URL is set');
    return secret === undefined ? undefined : { urls, secret };
  }

  function readJanus(): JanusConfig | undefined {
    const url = read('JANUS_URL');
    if (url === undefined) return undefined;
    const secret = need('JANUS_SECRET', 'JANUS_URL is set');
    return secret === undefined ? undefined : { url, secret };
  }

  function readNats(): NatsConfig | undefined {
    const address = read('NATS_URL');
    const files = { ca: read('NATS_CA'), cert: read('NATS_CERT'), key: read('NATS_KEY'), creds: read('NATS_CREDS') };
    const prefix = read('NATS_PREFIX');
    if (address === undefined) return undefined;
    if ((files.cert === undefined) !== (files.key === undefined))
      refuse(
        files.cert === undefined ? 'NATS_CERT' : 'NATS_KEY',
        'a file: NATS_CERT and NATS_KEY are set together or not at all',
      );
    const known = Object.entries(files).flatMap(([name, file]) => (file === undefined ? [] : [[name, resolve(file)]]));
    return {
      ...address,
      tls: address.tls || files.ca !== undefined || files.cert !== undefined,
      ...(Object.fromEntries(known) as Partial<Record<keyof typeof files, string>>),
      ...(prefix === undefined ? {} : { prefix }),
    };
  }

  const production = read('NODE_ENV') === 'production';
  const port = read('PORT');
  const host = read('HOST');
  const publicUrl = read('PUBLIC_URL') ?? `http://localhost:${port}`;
  const dataDir = read('DATA_DIR');
  const storageReserve = read('STORAGE_RESERVE_MB');
  const drainSeconds = read('DRAIN_SECONDS');
  const databaseUrl = read('DATABASE_URL');
  const nats = readNats();
  const keysDir = read('KEYS_DIR');
  const nodeName =
    read('NODE_NAME') ??
    `${hostname()
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .slice(0, 50)}:${port}`;
  const nodeAddress = read('NODE_ADDRESS');
  const filesShared = read('FILES_SHARED') === 'yes';
  const backup = readBackup(dataDir);
  const filesS3 = readS3();
  const sms = readSms();
  const logLevel = read('LOG_LEVEL');
  const trustedProxies = read('TRUSTED_PROXIES');
  const officeNetworks = read('OFFICE_NETWORKS');
  const auditCopy = read('AUDIT_COPY');
  const registration = read('REGISTRATION');
  const pushHosts = read('PUSH_HOSTS') ?? [];
  const urgentSmsAfterMinutes = read('URGENT_SMS_AFTER_MINUTES');
  const urgentSmsDaily = read('URGENT_SMS_DAILY');
  const sealedDays = read('SEALED_DAYS');
  const linkPreviews = read('LINK_PREVIEWS');
  const turn = readTurn();
  const callsRelayOnly = read('CALLS_RELAY_ONLY') === 'yes';
  const janus = readJanus();
  if (callsRelayOnly && !env['TURN_URL']?.trim())
    refuse('TURN_URL', `${settings.TURN_URL.expected}, because CALLS_RELAY_ONLY is yes`);

  if (production) {
    if (sms?.provider === 'console' || sms?.provider === 'file')
      refuse('SMS_PROVIDER', 'http or smpp in production: codes must reach the phone and nobody else');
    const { protocol, hostname } = new URL(publicUrl);
    if (protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname)) {
      refuse('PUBLIC_URL', 'an https: address in production, or localhost');
    }
    if (pushHosts.some((origin) => !origin.startsWith('https:'))) refuse('PUSH_HOSTS');
  }
  if (bad.length > 0) throw new ConfigError(bad);
  return {
    production,
    port: port!,
    host: host!,
    publicUrl,
    dataDir: resolve(dataDir!),
    storageReserveBytes: storageReserve! * 1_048_576,
    drainSeconds: drainSeconds!,
    databaseUrl,
    backup,
    filesS3,
    nats,
    keysDir: resolve(keysDir ?? join(dataDir!, 'keys')),
    filesShared,
    nodeName,
    nodeAddress,
    sms: sms!,
    logLevel: logLevel!,
    trustedProxies: trustedProxies!,
    officeNetworks: officeNetworks ?? [],
    auditCopy: auditCopy === undefined ? undefined : resolve(auditCopy),
    registration: registration!,
    pushHosts,
    urgentSmsAfterMinutes: urgentSmsAfterMinutes!,
    urgentSmsDaily: urgentSmsDaily!,
    sealedDays: sealedDays!,
    linkPreviews: linkPreviews === 'on',
    turn,
    callsRelayOnly,
    janus,
  };
}

/** A value as it may be printed: passwords and keys hidden, control characters out, not longer than a line. */
function shown(row: { readonly secret?: true }, text: string): string {
  if (row.secret) return '(hidden, it may hold a password)';
  // oxlint-disable-next-line no-control-regex
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}

/** The table of docs/operating.md, in Markdown. */
export function settingsTable(): string {
  const rows: Setting<unknown>[] = Object.values(settings);
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  return [
    '| name | default | expected | what for |',
    '|---|---|---|---|',
    ...rows.map((row) => {
      const fallback = row.fallback.startsWith('(') ? row.fallback.slice(1, -1) : `\`${row.fallback}\``;
      return `| \`${row.name}\` | ${cell(fallback)} | ${cell(row.expected)} | ${cell(row.about)} |`;
    }),
    '',
  ].join('\n');
}
