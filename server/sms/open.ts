import { setTimeout as wait } from 'node:timers/promises';

import type { House } from '../house.ts';
import { consoleSms } from './console.ts';
import { fileSms } from './file.ts';
import { gatewaySms } from './gateway.ts';
import { SmsError } from './message.ts';
import type { SmsMessage, SmsProvider } from './message.ts';
import { smppSms } from './smpp.ts';

const QUEUE_MOST = 1_000;
const AT_ONCE = 4;
/** Before the second, third … attempt. */
const RETRY_MS = [1_000, 4_000, 15_000, 30_000];

export interface Sms {
  /** False where messages only reach the operator's terminal or a file. */
  readonly real: boolean;
  readonly provider: string;
  /** Queues a message; false where the queue is full. What becomes of it is in the log and the metrics. */
  send(message: SmsMessage): boolean;
  /** Gives up what waits for a further attempt, finishes what is under way. */
  close(): Promise<void>;
}

/** The way out for text messages, by the settings. */
export function openSms(house: Pick<House, 'config' | 'log' | 'metrics' | 'now'>, provider?: SmsProvider): Sms {
  const { config, log, metrics, now } = house;
  const carrier = provider ?? providerFor(house);
  const name = config.sms.provider;
  const waiting: SmsMessage[] = [];
  const running = new Set<Promise<void>>();
  const closing = new AbortController();

  async function deliver(message: SmsMessage): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await carrier.send(message);
        metrics.sms.inc({ provider: name, outcome: 'sent' });
        return;
      } catch (error) {
        const reason = error instanceof SmsError ? error.message : 'it could not be written';
        const pause = RETRY_MS[attempt];
        const over = now().getTime() + (pause ?? 0) >= message.until.getTime();
        if (pause === undefined || over || closing.signal.aborted || (error instanceof SmsError && error.final)) {
          metrics.sms.inc({ provider: name, outcome: 'failed' });
          log.error({ to: message.to, message: message.id, attempts: attempt + 1, reason }, 'SMS not sent');
          return;
        }
        metrics.sms.inc({ provider: name, outcome: 'retried' });
        log.warn({ to: message.to, message: message.id, attempt: attempt + 1, reason }, 'SMS not taken, trying again');
        await wait(pause, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  }

  function work(): void {
    while (running.size < AT_ONCE && waiting.length > 0) {
      const job = deliver(waiting.shift()!).finally(() => {
        running.delete(job);
        work();
      });
      running.add(job);
    }
  }

  return {
    real: name === 'http' || name === 'smpp',
    provider: name,
    send(message) {
      if (waiting.length >= QUEUE_MOST) {
        metrics.sms.inc({ provider: name, outcome: 'refused' });
        log.error({ to: message.to, message: message.id }, 'SMS not sent: too many wait');
        return false;
      }
      waiting.push(message);
      work();
      return true;
    },
    async close() {
      closing.abort();
      while (running.size > 0) await Promise.all(running);
      await carrier.close?.();
    },
  };
}

function providerFor({ config: { sms }, now }: Pick<House, 'config' | 'now'>): SmsProvider {
  switch (sms.provider) {
    case 'console':
      return consoleSms();
    case 'file':
      return fileSms(sms.file, now);
    case 'http':
      return gatewaySms(sms);
    case 'smpp':
      return smppSms(sms);
  }
}
