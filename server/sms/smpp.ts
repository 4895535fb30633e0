import smpp from 'smpp';
import type { Pdu, Session } from 'smpp';

import { SmsError } from './message.ts';
import type { SmsMessage, SmsProvider } from './message.ts';

const BIND_MS = 10_000;
const ANSWER_MS = 10_000;
const ENQUIRE_MS = 30_000;
/** Type of number and numbering plan (SMPP 3.4 §5.2.5, §5.2.6). */
const INTERNATIONAL = 1;
const ALPHANUMERIC = 5;
const ISDN = 1;
/** Answers that ask for patience: message queue full, throttling, system error. */
const PATIENCE = new Set([0x14, 0x58, 0x08]);
const MORE = 0x0e;

/** The operator's SMSC by SMPP 3.4: one session, opened at the first message and again after it broke. */
export function smppSms(config: { url: string; sender: string }): SmsProvider {
  let session: Promise<Session> | undefined;

  function open(): Promise<Session> {
    const url = new URL(config.url);
    const { promise, resolve, reject } = Promise.withResolvers<Session>();
    const opened = smpp.connect({
      host: url.hostname,
      port: Number(url.port || (url.protocol === 'ssmpp:' ? 3550 : 2775)),
      tls: url.protocol === 'ssmpp:',
      servername: url.hostname,
      auto_enquire_link_period: ENQUIRE_MS,
    });
    const forget = (why: SmsError): void => {
      clearTimeout(timer);
      if (session === promise) session = undefined;
      opened.socket.destroy();
      reject(why);
    };
    const timer = setTimeout(() => forget(new SmsError('the SMSC did not answer in 10 s', false)), BIND_MS);
    opened.on('error', () => forget(new SmsError('the connection to the SMSC broke', false)));
    opened.on('close', () => forget(new SmsError('the SMSC closed the connection', false)));
    opened.on('unbind', (pdu: Pdu) => {
      opened.send(pdu.response());
      forget(new SmsError('the SMSC ended the session', false));
    });
    opened.on('enquire_link', (pdu: Pdu) => void opened.send(pdu.response()));
    // Delivery receipts are answered, or the SMSC sends them for ever; nothing is made of them.
    opened.on('deliver_sm', (pdu: Pdu) => void opened.send(pdu.response()));
    opened.on(url.protocol === 'ssmpp:' ? 'secureConnect' : 'connect', () => {
      const bind = {
        system_id: decodeURIComponent(url.username),
        password: decodeURIComponent(url.password),
        interface_version: 0x34,
      };
      opened.bind_transceiver(bind, (pdu: Pdu) => {
        clearTimeout(timer);
        // A refused bind may be a wrong password: it is told in the log, and the next message tries again.
        if (pdu.command_status === 0) resolve(opened);
        else forget(new SmsError(`the SMSC refused the session with ${pdu.command_status}`, false));
      });
    });
    return promise;
  }

  async function send(message: SmsMessage): Promise<void> {
    session ??= open();
    const opened = await session;
    const { promise, resolve, reject } = Promise.withResolvers<Pdu>();
    const timer = setTimeout(() => {
      // An SMSC that is silent is as good as gone.
      opened.socket.destroy();
      reject(new SmsError('the SMSC did not answer in 10 s', false));
    }, ANSWER_MS);
    const closed = (): void => reject(new SmsError('the connection to the SMSC broke', false));
    opened.socket.once('close', closed);
    try {
      const sent = opened.submit_sm(
        {
          source_addr_ton: /^\+?\d+$/.test(config.sender) ? INTERNATIONAL : ALPHANUMERIC,
          source_addr_npi: /^\+?\d+$/.test(config.sender) ? ISDN : 0,
          source_addr: config.sender,
          dest_addr_ton: INTERNATIONAL,
          dest_addr_npi: ISDN,
          destination_addr: message.to.replace(/^\+/, ''),
          short_message: message.text,
        },
        resolve,
      );
      if (!sent) throw new SmsError('the connection to the SMSC broke', false);
      const { command_status: status } = await promise;
      if (status !== 0) throw new SmsError(`the SMSC answered ${status}`, !PATIENCE.has(status) && status !== MORE);
    } finally {
      clearTimeout(timer);
      opened.socket.off('close', closed);
    }
  }

  return {
    send,
    async close() {
      const opened = await session?.catch(() => undefined);
      session = undefined;
      if (!opened || opened.socket.destroyed) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      opened.socket.once('close', () => resolve());
      opened.unbind(() => opened.socket.destroy());
      const timer = setTimeout(() => opened.socket.destroy(), 1_000);
      await promise;
      clearTimeout(timer);
    },
  };
}
