/** One message to one person. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What a mail is about: a second copy of any of them does no harm. */
export type AuthMailCategory = "otp" | "password_reset" | "security_alert";

/** What a carrier may need to know beside the message. */
export interface MailFacts {
  /** The same each time it is handed over. */
  readonly id: string;
  readonly category: AuthMailCategory;
  readonly createdAt: Date;
  /** After this it would be of no use. */
  readonly expiresAt: Date;
}

/** Hands mail to a carrier. Rejects where it was not accepted; later failures are the carrier's. */
export interface Mailer {
  readonly send: (mail: Mail, facts: MailFacts) => Promise<void>;
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

/**
 * What is proved of a mail that was not accepted. `unknown`: the carrier may have it. `not_taken`: it has not, and may take
 * it later. `declined`: it has not, and says so about this mail or this sender: another carrier is asked.
 */
export type MailProof = "unknown" | "not_taken" | "declined";

/** What went wrong, without the server's words: those may repeat an address or a name. */
export class MailSendError extends Error {
  readonly code: string;
  readonly proof: MailProof;

  constructor(code: string, proof: MailProof = "unknown") {
    super(`the mail was not sent (${code})`);
    this.name = "MailSendError";
    this.code = code;
    this.proof = proof;
  }
}
