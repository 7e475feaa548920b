import type { RecipientStatus } from "../../../contracts/email/send-email.ts";
import type { TakenEmail } from "../../../contracts/email-vendor.ts";
import type { Answered, VendorIo } from "../../../contracts/vendor-call.ts";
import { transportFailure } from "../../_wire/transport-failure.ts";
import type { SmtpConversation, Transaction } from "./smtp-conversation.ts";
import { replyCodesOf, smtpFailure } from "./smtp-failure.ts";
import { decodeSmtpMail, type Envelope } from "./smtp-mail.ts";

type Status = Pick<RecipientStatus, "status" | "reason">;

const refusedStatus = (reply: unknown): Status => {
  const codes = replyCodesOf(reply);
  if (codes === undefined) return { status: "rejected" };
  return { status: codes.transient ? "deferred" : "rejected", reason: codes.text };
};

const noted = (known: Map<string, Status>, { accepted, refused }: Transaction): Map<string, Status> => {
  for (const { address, reply } of refused) known.set(address, refusedStatus(reply));
  for (const address of accepted) known.set(address, { status: "accepted" });
  return known;
};

/**
 * Those that the server refused for now are asked for once more, in a second transaction of their own: servers that take
 * only so many recipients at once say so (RFC 5321, 4.5.3.1.10). What becomes of it changes nothing for the others.
 */
const retryDeferred = async (
  conversation: SmtpConversation,
  from: string,
  message: Buffer,
  known: Map<string, Status>,
): Promise<void> => {
  const deferred = [...known].flatMap(([address, { status }]) => (status === "deferred" ? [address] : []));
  if (deferred.length === 0) return;
  try {
    noted(known, await conversation.send(from, deferred, message));
  } catch (error) {
    const { failure } = smtpFailure(error, { phase: conversation.phase, late: false, aborted: false });
    if (failure.kind === "unknown") for (const address of deferred) known.set(address, { status: "unknown" });
  }
};

const recipientsOf = ({ recipients }: Envelope, known: ReadonlyMap<string, Status>): RecipientStatus[] =>
  recipients.map(({ address, field }) => ({ address, field, ...(known.get(address) ?? { status: "unknown" }) }));

/** Sends a kept mail over a connection of its own. */
export const sendBySmtp = async (bytes: Uint8Array, io: VendorIo): Promise<Answered<TakenEmail>> => {
  const { envelope, message } = decodeSmtpMail(bytes);
  const { from, recipients } = envelope;
  const { SmtpConversation: Conversation } = await import("./smtp-conversation.ts");
  const line = await io.connect().catch((error: unknown) => {
    throw transportFailure(error) ?? error;
  });
  const conversation = new Conversation(line, from.slice(from.lastIndexOf("@") + 1));
  try {
    await conversation.begin(io.credential);
    const addresses = recipients.map(({ address }) => address);
    const transaction = await conversation.send(from, addresses, message);
    const known = noted(new Map(), transaction);
    await retryDeferred(conversation, from, message, known);
    const statuses = recipientsOf(envelope, known);
    const taken = statuses.filter(({ status }) => status === "accepted" || status === "unknown").length;
    return {
      result: { objectId: transaction.queueId ?? null, recipients: statuses },
      units: { message: 1, recipient: taken },
      final: true,
      rawUsage: undefined,
      responseModel: undefined,
      vendorRequestId: transaction.queueId,
    };
  } catch (error) {
    const late = line.remainingMs() <= 0;
    throw smtpFailure(error, { phase: conversation.phase, late, aborted: io.signal.aborted });
  } finally {
    conversation.end();
  }
};
