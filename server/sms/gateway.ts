import type { SmsConfig } from '../config.ts';
import { SmsError } from './message.ts';
import type { SmsMessage, SmsProvider } from './message.ts';

const ANSWER_MS = 10_000;
const PLACES = /\{(to|text|sender|id)\}/g;

type HttpConfig = Extract<SmsConfig, { provider: 'http' }>;

/** A gateway that takes one HTTP request a message, as its documentation describes it in the settings. */
export function gatewaySms(config: HttpConfig): SmsProvider {
  const type = Object.entries(config.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  const encodeBody = /json/i.test(type) ? jsonText : /x-www-form-urlencoded/i.test(type) ? encodeURIComponent : String;

  return {
    async send(message) {
      let response: Response;
      try {
        response = await fetch(fill(config.url, config, message, encodeURIComponent), {
          method: config.method,
          headers: config.headers,
          ...(config.method === 'GET' ? {} : { body: fill(config.body, config, message, encodeBody) }),
          redirect: 'error',
          signal: AbortSignal.timeout(ANSWER_MS),
        });
        // Read to its end, so that the connection can be used again.
        await response.arrayBuffer();
      } catch (error) {
        const name = error instanceof Error ? error.name : 'error';
        throw new SmsError(
          name === 'TimeoutError' ? 'the gateway did not answer in 10 s' : 'the gateway could not be reached',
          false,
        );
      }
      if (response.ok) return;
      const final = response.status < 500 && response.status !== 408 && response.status !== 429;
      throw new SmsError(`the gateway answered ${response.status}`, final);
    },
  };
}

function fill(template: string, config: HttpConfig, message: SmsMessage, encode: (text: string) => string): string {
  const values: Record<string, string> = { to: message.to, text: message.text, sender: config.sender, id: message.id };
  return template.replace(PLACES, (_place, name: string) => encode(values[name]!));
}

/** The inside of a JSON string. */
function jsonText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
