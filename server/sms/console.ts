import { maskPhone } from '../log.ts';
import type { SmsProvider } from './message.ts';

/**
 * Prints the text where the program runs, for whoever tries it out; a production start refuses this provider. The
 * number stays masked: a terminal is scrolled back and photographed.
 */
export function consoleSms(write: (text: string) => void = (text) => void process.stdout.write(text)): SmsProvider {
  return {
    async send({ to, text }) {
      const [code, ...rest] = text.split(' ');
      write(`\n  SMS → ${maskPhone(to)}: \u001b[1m${code}\u001b[0m ${rest.join(' ').split('\n')[0]}\n\n`);
    },
  };
}
