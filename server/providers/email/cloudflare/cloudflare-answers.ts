import { arrayAt, isRecord, recordAt, wordAt } from "../../_wire/json.ts";
import type { MailAnswer, MailRefusal, MailTaken } from "../_http/http-mail.ts";
import type { KeptMailRequest } from "../_http/kept-mail-request.ts";
import {
  badKey,
  badRequest,
  exhausted,
  tooFast,
  refusedHere,
  unknown,
  type MailVerdict,
} from "../_http/mail-verdicts.ts";

/**
 * Cloudflare's codes for Email Sending, https://developers.cloudflare.com/email-service/api/send-emails/rest-api/. 10002,
 * 10003 and 10100 come with 5xx, of which it does not say that nothing was done.
 */
const byCode: Readonly<Record<number, MailVerdict>> = {
  // The account of the stored credential does not exist.
  10000: badKey,
  10001: badRequest,
  10004: tooFast,
  10101: badKey,
  10102: badKey,
  10103: badKey,
  10105: exhausted,
  10200: refusedHere,
  10201: badRequest,
  10202: badRequest,
  // For this zone or this account.
  10203: refusedHere,
};

const firstCode = (document: unknown): number | undefined => {
  const [error] = arrayAt(document, "errors");
  const code = isRecord(error) ? error["code"] : undefined;
  return typeof code === "number" && Number.isInteger(code) ? code : undefined;
};

/** Cloudflare's errors: an answer of its own shape that is no success, whatever its status. */
export const cloudflareRefusal = ({ status, document }: MailAnswer): MailRefusal | undefined => {
  const isError = isRecord(document) && document["success"] === false;
  if (status >= 200 && status <= 299 && !isError) return undefined;
  const code = isError ? firstCode(document) : undefined;
  const verdict = code === undefined || status >= 500 ? unknown : (byCode[code] ?? ofStatus(status));
  return { verdict, word: code === undefined ? undefined : String(code) };
};

/** The API in front of Email Sending has codes of its own: 10000 and 9109 for a token, 971 for a rate. */
const ofStatus = (status: number): MailVerdict => {
  if (status === 401 || status === 403) return badKey;
  if (status === 429) return tooFast;
  return status === 400 || status === 404 || status === 422 ? badRequest : unknown;
};

const addressesAt = (result: unknown, key: string): readonly string[] =>
  arrayAt(result, key).flatMap((address) => (typeof address === "string" ? [address.toLowerCase()] : []));

/**
 * What was taken: the answer names every recipient, as delivered, queued, bounced or suppressed. Its `message_id` is younger
 * than the rest, and may be missing; the lists say the same without it.
 */
export const takenByCloudflare = (
  { document }: MailAnswer,
  recipients: KeptMailRequest["recipients"],
): MailTaken | undefined => {
  const result = isRecord(document) && document["success"] === true ? recordAt(document, "result") : undefined;
  if (result === undefined) return undefined;
  const refused = new Map([
    ...addressesAt(result, "permanent_bounces").map((address) => [address, "bounced"] as const),
    ...addressesAt(result, "suppressed_recipients").map((address) => [address, "suppressed"] as const),
  ]);
  const named = new Set([...addressesAt(result, "delivered"), ...addressesAt(result, "queued"), ...refused.keys()]);
  const id = wordAt(result, "message_id");
  const isComplete = recipients.every(({ address }) => named.has(address.toLowerCase()));
  return id === undefined && !isComplete ? undefined : { id, refused };
};
