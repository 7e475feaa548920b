import { isRecord, wordAt } from "../../_wire/json.ts";
import type { MailAnswer, MailRefusal } from "../_http/http-mail.ts";
import {
  badKey,
  badRequest,
  closedForNow,
  exhausted,
  tooFast,
  refusedHere,
  unknown,
  type MailVerdict,
} from "../_http/mail-verdicts.ts";

/**
 * Postmark's ErrorCodes for `POST /email`, https://postmarkapp.com/developer/api/overview#error-codes. They come with 422,
 * and may come in an answer of 200.
 */
const byCode: Readonly<Record<number, MailVerdict>> = {
  10: badKey,
  // "The Postmark API is offline for maintenance": nothing was done.
  100: closedForNow,
  300: badRequest,
  400: refusedHere,
  401: refusedHere,
  402: badRequest,
  403: badRequest,
  // The account has run out of credits.
  405: exhausted,
  // Every recipient is on Postmark's list of those that bounced or complained; elsewhere they would do so again.
  406: badRequest,
  409: badRequest,
  411: refusedHere,
  // The account waits for its approval, or may not send any more.
  412: exhausted,
  413: exhausted,
  429: tooFast,
  // Streams: it does not exist, is archived, is for other mail, or none of this server's.
  1221: refusedHere,
  1226: refusedHere,
  1228: refusedHere,
  1235: refusedHere,
};

const codeIn = (document: unknown): number | undefined => {
  const code = isRecord(document) ? document["ErrorCode"] : undefined;
  return typeof code === "number" && Number.isInteger(code) && code >= 0 ? code : undefined;
};

const verdictOf = (code: number | undefined, status: number): MailVerdict => {
  if (code === undefined) return unknown;
  const told = byCode[code];
  if (status >= 500) return told?.documented === true ? told : unknown;
  if (told !== undefined) return told;
  if (status === 401) return badKey;
  // "422 Unprocessable Entity: Your request was well-formed, but could not be processed": whatever the code is.
  return status >= 400 && status !== 408 ? badRequest : unknown;
};

/** Postmark's errors: an ErrorCode of another number than 0, whatever the status. */
export const postmarkRefusal = ({ status, document }: MailAnswer): MailRefusal | undefined => {
  const code = codeIn(document);
  if (status >= 200 && status <= 299 && (code === 0 || code === undefined)) return undefined;
  return { verdict: verdictOf(code, status), word: code === undefined ? undefined : String(code) };
};

/**
 * A mail that was taken for some recipients says in its message who does not get it: "Message OK, but will not deliver to
 * these inactive addresses: a@example.com, b@example.com".
 */
export const inactiveIn = (document: unknown): ReadonlyMap<string, string> => {
  const message = isRecord(document) ? document["Message"] : undefined;
  const [, list = ""] = typeof message === "string" ? (/inactive addresses: (.+?)\.?$/i.exec(message) ?? []) : [];
  const addresses = list.split(",").map((address) => address.trim().toLowerCase());
  return new Map(addresses.filter((address) => address !== "").map((address) => [address, "inactive"]));
};

/** The id of a mail that was taken: only an ErrorCode of 0 says that it was. */
export const messageIdIn = (document: unknown): string | undefined =>
  codeIn(document) === 0 ? wordAt(document, "MessageID") : undefined;
