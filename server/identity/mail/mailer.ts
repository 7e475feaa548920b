/** One message to one person. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Hands mail to the transport. Rejects where it was not accepted; later failures are the transport's. */
export interface Mailer {
  readonly send: (mail: Mail) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The carrier will never take this mail: trying again is of no use. */
export class MailRefusedError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`the mail was refused (${code})`);
    this.name = "MailRefusedError";
    this.code = code;
  }
}
