import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import smpp from 'smpp';
import type { Pdu, Session } from 'smpp';

import { readConfig } from '../config.ts';
import { openLog } from '../log.ts';
import { openMetrics } from '../metrics.ts';
import { consoleSms } from './console.ts';
import { fileSms } from './file.ts';
import { gatewaySms } from './gateway.ts';
import { SmsError } from './message.ts';
import type { SmsMessage, SmsProvider } from './message.ts';
import { openSms } from './open.ts';
import { smppSms } from './smpp.ts';

const folder = await mkdtemp(join(tmpdir(), 'nha-rong-sms-'));
after(() => rm(folder, { recursive: true, force: true }));

let numbered = 0;
function message(fields: Partial<SmsMessage> = {}): SmsMessage {
  numbered += 1;
  const code = String(numbered).padStart(8, '0');
  return {
    id: `m${numbered}`,
    to: '+84905318462',
    text: `${code} la ma dang nhap.\n\n@nharong.example.vn #${code}`,
    until: new Date(Date.now() + 300_000),
    ...fields,
  };
}

async function finalOf(promise: Promise<void>): Promise<boolean | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    assert.ok(error instanceof SmsError, String(error));
    return error.final;
  }
}

test('the console shows the code and masks the number', async () => {
  let shown = '';
  await consoleSms((text) => (shown += text)).send(message({ text: '12345678 la ma dang nhap.\n\n@x #12345678' }));
  assert.match(shown, /12345678/);
  assert.match(shown, /0905 ••• 462/);
  assert.doesNotMatch(shown, /318/);
});

test('the file has one line a message, in the order in which they were sent', async () => {
  const path = join(folder, 'deep', 'sms.jsonl');
  const file = fileSms(path, () => new Date('2026-11-23T02:00:00Z'));
  const sent = Array.from({ length: 50 }, () => message());
  await Promise.all(sent.map((it) => file.send(it)));
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line) as unknown),
    sent.map(({ to, text }) => ({ at: '2026-11-23T02:00:00.000Z', to, text })),
  );
  await file.close!();
  await file.send(message());
  assert.equal((await readFile(path, 'utf8')).trimEnd().split('\n').length, 51, 'appended, not begun anew');
  await file.close!();
});

async function gateway(
  answer: (request: {
    method: string;
    url: string;
    body: string;
    headers: Record<string, unknown>;
  }) => number | 'break',
): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const status = answer({ method: request.method!, url: request.url!, body, headers: request.headers });
      if (status === 'break') request.socket.destroy();
      else response.writeHead(status).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function gatewayConfig(env: Record<string, string>) {
  const { sms } = readConfig({ SMS_PROVIDER: 'http', ...env });
  if (sms.provider !== 'http') throw new Error('not http');
  return sms;
}

test('a gateway gets the request its settings describe, safely filled in', async () => {
  const seen: { method: string; url: string; body: string; headers: Record<string, unknown> }[] = [];
  const server = await gateway((request) => {
    seen.push(request);
    return 200;
  });
  const text = '1234 "a" {to}\n\\ & x=1';
  await gatewaySms(
    gatewayConfig({
      SMS_HTTP_URL: `${server.url}/send?id={id}`,
      SMS_HTTP_HEADERS: '{"content-type":"application/json","authorization":"Bearer k"}',
      SMS_HTTP_BODY: '{"phone":"{to}","content":"{text}","brand":"{sender}"}',
      SMS_SENDER: 'UBND',
    }),
  ).send(message({ id: 'a b', text }));
  assert.equal(seen[0]!.url, '/send?id=a%20b');
  assert.equal(seen[0]!.headers['authorization'], 'Bearer k');
  assert.deepEqual(JSON.parse(seen[0]!.body), { phone: '+84905318462', content: text, brand: 'UBND' });

  await gatewaySms(
    gatewayConfig({
      SMS_HTTP_URL: `${server.url}/form`,
      SMS_HTTP_HEADERS: '{"content-type":"application/x-www-form-urlencoded"}',
      SMS_HTTP_BODY: 'to={to}&text={text}',
    }),
  ).send(message({ text }));
  assert.deepEqual(Object.fromEntries(new URLSearchParams(seen[1]!.body)), { to: '+84905318462', text });

  await gatewaySms(
    gatewayConfig({
      SMS_HTTP_METHOD: 'GET',
      SMS_HTTP_URL: `${server.url}/get?to={to}&text={text}`,
      SMS_HTTP_HEADERS: '{}',
    }),
  ).send(message({ text }));
  assert.equal(seen[2]!.method, 'GET');
  assert.equal(new URL(seen[2]!.url, server.url).searchParams.get('text'), text);
  server.close();
});

test('what a gateway answers decides whether trying again is of use', async () => {
  let status: number | 'break' = 200;
  const server = await gateway(() => status);
  const provider = gatewaySms(gatewayConfig({ SMS_HTTP_URL: server.url }));
  for (const [answer, final] of [
    [200, undefined],
    [202, undefined],
    [400, true],
    [401, true],
    [408, false],
    [429, false],
    [500, false],
    [503, false],
    ['break', false],
  ] as const) {
    status = answer;
    assert.equal(await finalOf(provider.send(message())), final, String(answer));
  }
  server.close();
  assert.equal(await finalOf(provider.send(message())), false, 'nobody there');
});

/** An operator's SMSC: the package's own server. */
async function smsc(
  onSubmit: (pdu: Pdu, session: Session) => number | 'silent',
  password = 'secret',
): Promise<{ server: Server; url: string; sessions: Session[]; got: Pdu[] }> {
  const sessions: Session[] = [];
  const got: Pdu[] = [];
  const server = smpp.createServer((session) => {
    sessions.push(session);
    session.on('error', () => undefined);
    session.on('bind_transceiver', (pdu: Pdu) => {
      const fine = pdu['system_id'] === 'gialai' && pdu['password'] === password;
      session.send(pdu.response({ command_status: fine ? 0 : 0x0d }));
    });
    session.on('unbind', (pdu: Pdu) => {
      session.send(pdu.response());
      session.close();
    });
    session.on('submit_sm', (pdu: Pdu) => {
      got.push(pdu);
      const status = onSubmit(pdu, session);
      if (status !== 'silent') session.send(pdu.response({ command_status: status, message_id: String(got.length) }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `smpp://gialai:secret@127.0.0.1:${(server.address() as AddressInfo).port}`, sessions, got };
}

function closeSmsc({ server, sessions }: { server: Server; sessions: Session[] }): void {
  for (const session of sessions) session.socket.destroy();
  server.close();
}

test('an SMSC gets the number without plus, the sender as agreed and the whole text, over one session', async () => {
  const operator = await smsc(() => 0);
  const provider = smppSms({ url: operator.url, sender: 'UBND GiaLai' });
  const sent = message();
  await provider.send(sent);
  await Promise.all([provider.send(message()), provider.send(message())]);
  assert.equal(operator.sessions.length, 1);
  const [first] = operator.got;
  assert.equal(first!['destination_addr'], '84905318462');
  assert.equal(first!['source_addr'], 'UBND GiaLai');
  assert.equal(first!['source_addr_ton'], 5);
  assert.equal(first!['dest_addr_ton'], 1);
  assert.equal((first!['short_message'] as { message: string }).message, sent.text);
  await provider.close!();
  closeSmsc(operator);
});

test('an SMSC that asks for patience gets it; one that refuses is believed', async () => {
  const answers = [0x58, 0x14, 0x0b, 0];
  const operator = await smsc(() => answers.shift()!);
  const provider = smppSms({ url: operator.url, sender: '84999' });
  assert.equal(await finalOf(provider.send(message())), false, 'throttled');
  assert.equal(await finalOf(provider.send(message())), false, 'queue full');
  assert.equal(await finalOf(provider.send(message())), true, 'invalid destination');
  assert.equal(await finalOf(provider.send(message())), undefined);
  assert.equal(operator.got[0]!['source_addr_ton'], 1, 'a number as sender');
  await provider.close!();
  closeSmsc(operator);
});

test('a broken session is opened again, a refused one is tried again with the next message', async () => {
  let breaks = true;
  const operator = await smsc((_pdu, session) => {
    if (!breaks) return 0;
    breaks = false;
    session.socket.destroy();
    return 'silent';
  });
  const provider = smppSms({ url: operator.url, sender: 'UBND' });
  assert.equal(await finalOf(provider.send(message())), false, 'broken before the answer');
  assert.equal(await finalOf(provider.send(message())), undefined);
  assert.equal(operator.sessions.length, 2);
  await provider.close!();

  const stranger = smppSms({ url: operator.url.replace('secret', 'wrong'), sender: 'UBND' });
  assert.equal(await finalOf(stranger.send(message())), false);
  await stranger.close!();
  closeSmsc(operator);
  const nobody = smppSms({ url: operator.url, sender: 'UBND' });
  assert.equal(await finalOf(nobody.send(message())), false);
  await nobody.close!();
});

function opened(provider: SmsProvider) {
  const lines: string[] = [];
  const sms = openSms(
    {
      config: readConfig({ SMS_PROVIDER: 'http', SMS_HTTP_URL: 'http://127.0.0.1:9/?{to}{text}' }),
      log: openLog('info', { write: (line: string) => void lines.push(line) }),
      metrics: openMetrics(),
      now: () => new Date(),
    },
    provider,
  );
  return { sms, lines };
}

test('a message that could not be sent is tried again; the log has neither number nor code', async () => {
  const attempts: string[] = [];
  const done = Promise.withResolvers<void>();
  const { sms, lines } = opened({
    async send({ id }) {
      attempts.push(id);
      if (attempts.length === 1) throw new SmsError('the gateway answered 503', false);
      done.resolve();
    },
  });
  const it = message();
  assert.ok(sms.real);
  assert.ok(sms.send(it));
  await done.promise;
  await sms.close();
  assert.deepEqual(attempts, [it.id, it.id], 'with the same id, so that the gateway can tell');
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /0905 ••• 462/);
  assert.doesNotMatch(lines.join(), /318|0000000\d/);
});

test('a message that is final, or of no more use, is given up and told', async () => {
  for (const [error, until] of [
    [new SmsError('the gateway answered 400', true), 300_000],
    [new SmsError('the gateway answered 503', false), 500],
    [new Error('disk full'), 500],
  ] as const) {
    const { sms, lines } = opened({ send: () => Promise.reject(error) });
    sms.send(message({ until: new Date(Date.now() + until) }));
    await sms.close();
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /"level":"error".*SMS not sent/);
  }
});

test('the queue is bounded', async () => {
  const gate = Promise.withResolvers<void>();
  let sent = 0;
  const { sms } = opened({
    async send() {
      await gate.promise;
      sent += 1;
    },
  });
  let taken = 0;
  for (let n = 0; n < 1_200; n += 1) if (sms.send(message())) taken += 1;
  assert.equal(taken, 1_004, 'a thousand wait, four are under way');
  gate.resolve();
  await sms.close();
  assert.equal(sent, 1_004);
});
