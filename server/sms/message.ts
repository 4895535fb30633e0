/** A text message on its way to a phone. */
export interface SmsMessage {
  /** Stays the same when it is tried again, so that a gateway can tell. */
  readonly id: string;
  /** E.164. */
  readonly to: string;
  readonly text: string;
  /** After this it is of no use any more. */
  readonly until: Date;
}

/** Hands messages to whoever carries them. `send` resolves once the provider has taken the message. */
export interface SmsProvider {
  send(message: SmsMessage): Promise<void>;
  close?(): Promise<void>;
}

/** The provider did not take it. `final`: it never will, trying again is no use. */
export class SmsError extends Error {
  override name = 'SmsError';
  readonly final: boolean;

  constructor(message: string, final: boolean) {
    super(message);
    this.final = final;
  }
}
