/** Letters of an answer to the group’s question, and of the reason of a refusal. */
export const ANSWER_MOST = 300;
export const REASON_MOST = 300;
/** Requests decided in one act. */
export const ADMITTED_AT_ONCE = 500;
/** A request nobody decides ends after so long. */
export const REQUEST_DAYS = 30;
/** How people came to ask. */
export const WAYS = ['link', 'qr', 'added'] as const;
export type Way = (typeof WAYS)[number];

/** A number for who need not know it: 0978 ••• 205, so that somebody who knows the person recognises it. */
export function maskedPhone(phone: string): string {
  const digits = phone.replace(/^\+84/, '0');
  return `${digits.slice(0, 4)} ••• ${digits.slice(-3)}`;
}
