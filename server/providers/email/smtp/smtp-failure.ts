import { ProviderError, type ProviderFailure } from "../../../contracts/vendor-call.ts";

/** How far a conversation had got. `ended`: all of the message was handed over, and the dot behind it may have been. */
export type SmtpPhase = "greeting" | "login" | "envelope" | "data" | "ended";

/** The codes of a reply: `550`, or `550 5.1.1` where the server has enhanced ones (RFC 3463). */
export interface ReplyCodes {
  readonly code: number;
  readonly text: string;
  /** It may be taken another time. */
  readonly transient: boolean;
}

/** Reads the codes of a reply and nothing else of it: its words may repeat what was sent. */
export const replyCodesOf = (reply: unknown): ReplyCodes | undefined => {
  const [, basic, enhanced] =
    typeof reply === "string" ? (/^([45]\d{2})(?:[ -]([45]\.\d{1,3}\.\d{1,3})\b)?/.exec(reply) ?? []) : [];
  if (basic === undefined) return undefined;
  const text = enhanced === undefined ? basic : `${basic} ${enhanced}`;
  return { code: Number(basic), text, transient: basic.startsWith("4") };
};

const fieldOf = (error: unknown, name: string): unknown =>
  typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;

const failure = (told: Pick<ProviderFailure, "kind" | "code" | "about" | "message"> & Partial<ProviderFailure>) =>
  new ProviderError({ status: undefined, retryAfterMs: undefined, vendorRequestId: undefined, ...told });

const refusedWhat: Readonly<Record<SmtpPhase, string>> = {
  greeting: "the connection",
  login: "the stored credential",
  envelope: "the sender or the recipients",
  data: "the message",
  ended: "the message",
};

/** A reply is definite, whenever it comes: the mail was not taken. */
const refusal = ({ text, transient }: ReplyCodes, phase: SmtpPhase, everyRecipient: boolean): ProviderError => {
  const message = `The mail server refused ${everyRecipient ? "every recipient" : refusedWhat[phase]} (${text}).`;
  const refused = { kind: "refused", message } as const;
  if (transient) return failure({ ...refused, code: "PROVIDER_UNAVAILABLE", about: "route" });
  if (phase === "login") return failure({ ...refused, code: "PROVIDER_AUTH_FAILED", about: "credential" });
  // A mailbox that does not exist exists nowhere else.
  const about = everyRecipient && / 5\.1\./.test(text) ? "request" : "route";
  return failure({ ...refused, code: "PROVIDER_REJECTED", about });
};

interface FailedConversation {
  readonly phase: SmtpPhase;
  /** The attempt's time was over. */
  readonly late: boolean;
  /** Its caller had left, or this process stops. */
  readonly aborted: boolean;
}

const silence = ({ phase, late, aborted }: FailedConversation): ProviderError => {
  const code = aborted ? "REQUEST_CANCELLED" : late ? "PROVIDER_TIMEOUT" : "PROVIDER_UNAVAILABLE";
  if (phase === "ended")
    return failure({
      kind: "unknown",
      doubt: aborted ? "left" : late ? "timeout" : "cut",
      code,
      about: "route",
      message: "The mail server was sent the whole message and did not say whether it took it.",
    });
  // Without the dot behind it there is no message (RFC 5321, 4.1.1.4).
  const kind = phase === "data" ? "refused" : "not_sent";
  return failure({
    kind,
    code,
    about: "route",
    message: "The connection to the mail server ended before the message.",
  });
};

/** What a conversation that failed proves, by the server's reply where it gave one, else by how far it had got. */
export const smtpFailure = (error: unknown, conversation: FailedConversation): ProviderError => {
  if (error instanceof ProviderError) return error;
  const { phase } = conversation;
  const codes = replyCodesOf(fieldOf(error, "response"));
  const everyRecipient = fieldOf(error, "code") === "EENVELOPE" && fieldOf(error, "command") === "RCPT TO";
  if (codes !== undefined) return refusal(codes, phase, everyRecipient);
  if (fieldOf(error, "code") === "EMESSAGE" && phase !== "ended")
    return failure({
      kind: "refused",
      code: "PROVIDER_REJECTED",
      about: "route",
      message: "The message is larger than the mail server takes.",
    });
  return silence({ ...conversation, late: conversation.late || fieldOf(error, "code") === "ETIMEDOUT" });
};
