/**
 * Why an exchange failed. The first five never leave the process; `aborted`, `deadline` and `first_byte` may strike
 * before or after bytes were sent, as `sent` says.
 */
export type EgressReason =
  | "address_refused"
  | "origin_refused"
  | "request_invalid"
  | "name_unresolved"
  | "connect_failed"
  | "aborted"
  | "deadline"
  | "first_byte"
  | "idle"
  | "cut"
  | "redirect"
  | "too_large"
  | "encoded"
  | "protocol";

interface EgressErrorOptions {
  /** Whether any request of the attempt put a byte on the wire. */
  readonly sent: boolean;
  /** Status of the answer that was under way, where there was one. */
  readonly status?: number | undefined;
  readonly cause?: unknown;
}

const sentences: Record<EgressReason, string> = {
  address_refused: "The address is not a public one.",
  origin_refused: "The request would leave the host it was meant for.",
  request_invalid: "The request cannot be written as HTTP.",
  name_unresolved: "The host name does not resolve.",
  connect_failed: "No connection could be made.",
  aborted: "The call was cancelled.",
  deadline: "The total time limit passed.",
  first_byte: "No answer began in time.",
  idle: "The answer stalled.",
  cut: "The connection was cut.",
  redirect: "The answer is a redirect.",
  too_large: "The answer is larger than allowed.",
  encoded: "The answer is compressed in a way that cannot be read.",
  protocol: "The answer is not valid HTTP.",
};

/** The only error of the egress module. It names no header, no body and no credential. */
export class EgressError extends Error {
  readonly reason: EgressReason;
  readonly sent: boolean;
  readonly status: number | undefined;

  constructor(reason: EgressReason, options: EgressErrorOptions) {
    super(sentences[reason], { cause: options.cause });
    this.name = "EgressError";
    this.reason = reason;
    this.sent = options.sent;
    this.status = options.status;
  }
}
