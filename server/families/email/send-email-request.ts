import { email } from "../../contracts/email.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { senderDomainOf } from "../../contracts/email/message-id.ts";
import { ComposedEmail, recipientsOf, type SendEmailInput } from "../../contracts/email/send-email.ts";
import type { SuppressionReason } from "../../contracts/email/suppression.ts";
import { NexusError } from "../../errors.ts";
import type { VendorQuestion } from "../../domain/routing/index.ts";
import type { ActRequest, QueueableRequest } from "../family.ts";
import { emailRouteOf } from "./email-route.ts";
import { decodeEmail, encodeEmail, keepEmail, type StoredEmail } from "./kept-email.ts";
import { deliveryOf, encodedBytesOf, outgoingEmailOf, type Delivery } from "./outgoing-email.ts";

/** Why nothing is sent to a mail's recipients, by their order; null where it is. */
export type Suppressions = readonly (SuppressionReason | null)[];

/** A mail that was let in: it has an id, and its suppressed recipients are known. */
export interface LetInEmail {
  readonly emailId: string;
  readonly isNew: boolean;
  readonly suppressed: Suppressions;
  readonly withdraw: () => Promise<void>;
}

/** Lets a mail in, or says why not. */
export type LetIn = (ctx: CallContext, mail: ComposedEmail, identity: unknown) => Promise<LetInEmail>;

/** A mail to send, as the call path asks for it. */
export interface SendEmailRequest extends QueueableRequest<StoredEmail> {
  readonly question: VendorQuestion;
  readonly senderDomain: string;
  /** To whom it is sent; known exactly once it was let in. */
  readonly recipients: number;
  /** All that is left of those are blind copies, several of them. */
  readonly isBlind: boolean;
  /** As it is sent. */
  readonly bytes: number;
  readonly delivery: Delivery;
  /** JSON-plain, for the idempotency fingerprint. */
  readonly identity: unknown;
}

/** Sends where nobody can tell, the first one included. */
const mostSends = 3;

/** What makes two mails with one key the same. */
const identityOf = ({ dryRun: _dryRun, ...mail }: SendEmailInput | ComposedEmail): unknown => mail;

interface HowToSend {
  /** As the caller sent it, where a template has written it. */
  readonly asked?: SendEmailInput;
  /** Without it no record of the mail is kept. */
  readonly letIn?: LetIn;
  /** What waited was let in before. */
  readonly before?: LetInEmail;
  /** Why it cannot be written any more: the answer to a first call can be repeated, and nothing sent. */
  readonly refusal?: unknown;
}

/** One mail has one Message-ID, whatever becomes of its first reservation. */
export const sendEmailRequest = (
  input: ComposedEmail,
  { asked, letIn, before, refusal }: HowToSend = {},
): SendEmailRequest => {
  const delivery = deliveryOf(input);
  const all = recipientsOf(input);
  const identity = identityOf(asked ?? input);
  const requireWords = (): void => {
    if (refusal !== undefined) throw refusal;
  };
  let firstOperation = before?.emailId;
  let admitted = before;
  const isSent = (at: number): boolean => (admitted?.suppressed[at] ?? null) === null;
  return {
    operation: email.send,
    step: "send",
    question: { operation: email.send.id, provider: input.provider, credentialPolicy: input.credentialPolicy },
    senderDomain: senderDomainOf(input),
    get recipients() {
      return all.filter((_, at) => isSent(at)).length;
    },
    get isBlind() {
      const sent = all.filter((_, at) => isSent(at));
      return sent.length > 1 && sent.every(({ field }) => field === "bcc");
    },
    bytes: encodedBytesOf(input),
    delivery,
    identity,
    ...(delivery.mode === "at_least_once" ? { mostTimes: mostSends } : {}),
    doneAgain: (mail) => ({ ...mail, duplicatePossible: true }),
    ...(letIn === undefined
      ? {}
      : {
          admit: async (ctx: CallContext) => {
            admitted = await letIn(ctx, input, identity);
            const { emailId: about, isNew, withdraw } = admitted;
            return { about, isNew, withdraw };
          },
        }),
    prepare: async (route, { operationId, providerKey }) => {
      requireWords();
      firstOperation ??= operationId;
      const emailId = admitted?.emailId ?? firstOperation;
      const sent = new Set(all.filter((_, at) => isSent(at)).map(({ address }) => address));
      const mail = outgoingEmailOf(input, emailId, (address) => sent.has(address));
      const head = {
        emailId,
        messageId: mail.messageId,
        duplicatePossible: firstOperation !== operationId,
        recipients: all.map(({ address, field }, at) => ({
          address,
          field,
          suppressed: admitted?.suppressed[at] ?? undefined,
        })),
      };
      return keepEmail(head, await emailRouteOf(route).vendor.prepare(mail, { operationId, providerKey }));
    },
    content: () => {
      requireWords();
      return Buffer.from(JSON.stringify(input));
    },
    encode: encodeEmail,
    decode: decodeEmail,
  };
};

const asStored = (bytes: Uint8Array): Uint8Array => bytes;

/** The request that was queued, to be sent now: to those who are not suppressed by now. */
export const reopenEmail = async (
  emailId: string,
  content: Uint8Array,
  suppressedNow: (mail: ComposedEmail) => Promise<Suppressions>,
): Promise<Omit<SendEmailRequest, "encode" | "decode"> & ActRequest<Uint8Array>> => {
  const mail = ComposedEmail.parse(JSON.parse(Buffer.from(content).toString("utf8")));
  const suppressed = await suppressedNow(mail);
  if (suppressed.every((reason) => reason !== null)) throw new NexusError("RECIPIENT_SUPPRESSED", { effect: "none" });
  const before = { emailId, isNew: true, suppressed, withdraw: () => Promise.resolve() };
  // What is sent from the queue is no caller's repeat.
  const { doneAgain: _, ...request } = sendEmailRequest(mail, { before });
  return { ...request, encode: asStored, decode: asStored };
};
