import type { ActIdentity } from "../../../contracts/act-rules.ts";
import type { EmailVendor, OutgoingEmail } from "../../../contracts/email-vendor.ts";
import type { RecipientStatus } from "../../../contracts/email/send-email.ts";
import type { SignRequest } from "../../../contracts/sign-request.ts";
import { ProviderError, type ProviderFailure } from "../../../contracts/vendor-call.ts";
import { collectBody } from "../../_wire/collect-body.ts";
import { parseJson } from "../../_wire/json.ts";
import { safeWord, type Secrets } from "../../_wire/safe-message.ts";
import { transportFailure } from "../../_wire/transport-failure.ts";
import { retryAfterMsOf } from "../../_wire/vendor-failure.ts";
import { decodeMailRequest, encodeMailRequest, mailRecipientsOf, type KeptMailRequest } from "./kept-mail-request.ts";
import { unknown, type MailVerdict } from "./mail-verdicts.ts";
import { safeMailId } from "./safe-mail-id.ts";

/** An answer, its body as JSON where it is JSON. */
export interface MailAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly document: unknown;
}

/** A refusal, and the vendor's own word for it. */
export interface MailRefusal {
  readonly verdict: MailVerdict;
  readonly word?: string | undefined;
}

/** What a vendor took: its id for the mail, where it has one, and who does not get it for all that. */
export interface MailTaken {
  readonly id: string | undefined;
  /** Recipients that it will not send to, with the reason; all others are accepted. */
  readonly refused?: ReadonlyMap<string, string>;
}

type Credential = Readonly<Record<string, string>>;

/** What is particular to a vendor of mail that is spoken to over HTTP, one request a mail. */
export interface HttpMail {
  readonly name: string;
  readonly path: string;
  /** What stands in the path's places. */
  readonly values?: (credential: Credential) => Readonly<Record<string, string>>;
  /** Headers with the secret; as a dry run shows them, without it. */
  readonly authorize: (credential: Credential) => Readonly<Record<string, string>>;
  readonly authorizeShown: Readonly<Record<string, string>>;
  readonly sign?: (credential: Credential) => SignRequest;
  /** The same mail gives the same bytes. */
  readonly compose: (mail: OutgoingEmail, identity: ActIdentity) => Promise<ComposedRequest> | ComposedRequest;
  /** A refusal, whatever its status; undefined where the answer is none. */
  readonly refusal: (answer: MailAnswer) => MailRefusal | undefined;
  /** Of an answer that is no refusal; undefined where it does not say that the mail was taken. */
  readonly taken: (answer: MailAnswer, recipients: KeptMailRequest["recipients"]) => MailTaken | undefined;
}

export interface ComposedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

const maxAnswerBytes = 256 * 1024;

const sentenceOf = (name: string, { code }: MailVerdict, word: string | undefined, status: number): string => {
  const sentences: Readonly<Partial<Record<ProviderFailure["code"], string>>> = {
    PROVIDER_AUTH_FAILED: `${name} refused the stored credential.`,
    PROVIDER_REJECTED: `${name} refused the mail (${word ?? status}).`,
    PROVIDER_ACCOUNT_EXHAUSTED: `The account at ${name} has used up its quota.`,
    PROVIDER_RATE_LIMITED: `${name} limits the rate of requests.`,
  };
  return sentences[code] ?? `${name} did not say whether it took the mail.`;
};

/** A refusal as the call path knows it. */
export const mailFailure = (
  name: string,
  { verdict, word }: MailRefusal,
  answer: MailAnswer,
  secrets: Secrets,
): ProviderError => {
  const { status, headers } = answer;
  const code = safeWord(word, secrets);
  return new ProviderError({
    ...verdict,
    status,
    retryAfterMs: retryAfterMsOf(headers),
    vendorRequestId: undefined,
    message: sentenceOf(name, verdict, code, status),
    reason: { status, code, type: undefined, param: undefined },
  });
};

/** A success that names no mail: what became of it nobody can tell. */
const unreadable = (name: string, status: number): ProviderError =>
  new ProviderError({
    kind: "unknown",
    doubt: "unreadable",
    code: "PROVIDER_BAD_RESPONSE",
    about: "route",
    status,
    retryAfterMs: undefined,
    vendorRequestId: undefined,
    message: `${name}'s answer names no mail.`,
  });

/** Every recipient was refused: nothing was sent. */
const nobody = (name: string, status: number): ProviderError =>
  new ProviderError({
    kind: "refused",
    code: "PROVIDER_REJECTED",
    about: "request",
    status,
    retryAfterMs: undefined,
    vendorRequestId: undefined,
    message: `${name} sends to none of the recipients.`,
  });

const statusesOf = (
  recipients: KeptMailRequest["recipients"],
  refused: ReadonlyMap<string, string> = new Map(),
): RecipientStatus[] =>
  recipients.map(({ address, field }) => {
    const reason = refused.get(address.toLowerCase());
    return reason === undefined
      ? { address, field, status: "accepted" }
      : { address, field, status: "rejected", reason };
  });

const isSuccess = ({ status }: MailAnswer): boolean => status >= 200 && status <= 299;

/** How mail is prepared, shown and sent by one request over HTTP, which the vendor takes whole or not at all. */
export const httpMail = (vendor: HttpMail): Pick<EmailVendor, "prepare" | "render" | "send"> => {
  const { name, path } = vendor;
  return {
    prepare: async (mail, identity) => {
      const { headers, body } = await vendor.compose(mail, identity);
      const bytes = typeof body === "string" ? Buffer.from(body) : body;
      return encodeMailRequest({
        headers: { accept: "application/json", ...headers },
        recipients: mailRecipientsOf(mail),
        body: bytes,
      });
    },
    render: (bytes) => {
      const { headers, body } = decodeMailRequest(bytes);
      const shown = { ...headers, ...vendor.authorizeShown };
      return { protocol: "http", target: `POST ${path}`, headers: shown, body: Buffer.from(body).toString("utf8") };
    },
    send: async (bytes, io) => {
      const { headers, recipients, body } = decodeMailRequest(bytes);
      const { credential } = io;
      try {
        const {
          status,
          headers: answered,
          ...rest
        } = await io.send({
          method: "POST",
          path,
          ...(vendor.values === undefined ? {} : { values: vendor.values(credential) }),
          headers: { ...headers, ...vendor.authorize(credential) },
          body,
          ...(vendor.sign === undefined ? {} : { sign: vendor.sign(credential) }),
        });
        const text = (await collectBody(rest.body, { maxBytes: maxAnswerBytes })).toString("utf8");
        const answer: MailAnswer = { status, headers: answered, text, document: parseJson(text) };
        const secrets = { credential, payload: Buffer.from(body).toString("utf8") };
        const refusal = vendor.refusal(answer);
        if (refusal !== undefined) throw mailFailure(name, refusal, answer, secrets);
        if (!isSuccess(answer)) throw mailFailure(name, { verdict: unknown }, answer, secrets);
        const taken = vendor.taken(answer, recipients);
        if (taken === undefined) throw unreadable(name, status);
        const id = taken.id === undefined ? undefined : safeMailId(taken.id, secrets);
        const statuses = statusesOf(recipients, taken.refused);
        const accepted = statuses.filter((one) => one.status === "accepted").length;
        if (accepted === 0) throw nobody(name, status);
        return {
          result: { objectId: id ?? null, recipients: statuses },
          units: { message: 1, recipient: accepted },
          final: true,
          rawUsage: undefined,
          responseModel: undefined,
          vendorRequestId: id,
        };
      } catch (error) {
        throw transportFailure(error) ?? error;
      }
    },
  };
};
