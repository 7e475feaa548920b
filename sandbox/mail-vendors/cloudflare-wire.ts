import type { MailReply, MailVendorWire } from "./mail-wire.ts";
import { jsonMailReply } from "./mail-wire.ts";
import { isObject, parseJson } from "../read-json.ts";
import {
  addressOf,
  attachmentOf,
  checkedHeadersOf,
  InvalidMail,
  listField,
  objectWith,
  requiredText,
  textIn,
  words,
} from "./read-fields.ts";

// Fields: the types of Cloudflare's SDK 7.3. Codes: developers.cloudflare.com/email-service/api/send-emails/rest-api/.
// Limits: …/email-service/platform/limits/. Headers: …/email-service/reference/headers/.
const fields = words("from to cc bcc reply_to subject text html headers attachments");
const allowedHeaders = words(
  "in-reply-to references list-unsubscribe list-unsubscribe-post list-id list-archive list-help list-owner list-post list-subscribe precedence auto-submitted content-language keywords comments importance priority sensitivity organization require-recipient-valid-since expires reply-by archived-at",
);

const refuse = (status: number, code: number, message: string, headers: Record<string, string> = {}): MailReply =>
  jsonMailReply(
    status,
    { success: false, errors: [{ code, message: `email.sending.error.${message}` }], messages: [], result: null },
    headers,
  );

const partyOf = (value: unknown, field: string): string => {
  if (typeof value === "string") return addressOf(value, field);
  const { address, name } = objectWith(value, field, words("address name"));
  if (/[\r\n\0]/.test(textIn(name, field) ?? "")) throw new InvalidMail(field, "a name in one line");
  return addressOf(address, field);
};

const partiesOf = (value: unknown, field: string): string[] => {
  if (value === undefined) return [];
  return (Array.isArray(value) ? listField(value, field) : [value]).map((one) => partyOf(one, field));
};

const isAllowed = (name: string): boolean => /^X-[\w-]+$/i.test(name) || allowedHeaders.has(name.toLowerCase());

const checkedHeaders = (value: unknown): Record<string, string> => {
  if (value === undefined) return {};
  if (!isObject(value)) throw new InvalidMail("headers", "an object");
  const headers = checkedHeadersOf(Object.entries(value), "headers", (name) => !isAllowed(name));
  const entries = Object.entries(headers);
  const bytes = entries.reduce((sum, [name, said]) => sum + Buffer.byteLength(name + said) + 4, 0);
  if (bytes > 16 * 1024) throw new InvalidMail("headers", "16 KB together");
  for (const [name, said] of entries)
    if (name.length > 100 || Buffer.byteLength(said) > 2_048) throw new InvalidMail("headers", "2,048 bytes at most");
  return headers;
};

const attachmentFields = words("content content_id disposition filename type");

/** Cloudflare's `POST /accounts/{account_id}/email/sending/send`. */
// https://developers.cloudflare.com/api/resources/user/subresources/tokens/methods/verify/
const verifyPath = "/user/tokens/verify";

export const cloudflareWire: MailVendorWire = {
  id: "cloudflare",
  mount: "/cloudflare/client/v4",
  credential: { apiKey: "sandbox-accepts-any-token", accountId: "0123456789abcdef0123456789abcdef" },
  maxBytes: 5 * 1024 * 1024,
  orderHeaders: [],
  tooLarge: refuse(400, 10200, "email.too_big"),
  authorize: ({ headers, path }) => {
    if (!/^Bearer .{8,}$/.test(headers.authorization ?? "")) return refuse(401, 10101, "authentication.unauthorized");
    return path === verifyPath || /^\/accounts\/[0-9a-f]{32}\//.test(path)
      ? undefined
      : refuse(404, 10000, "not_found");
  },
  isSend: ({ method, path }) => method === "POST" && /^\/accounts\/[0-9a-f]{32}\/email\/sending\/send$/.test(path),
  other: ({ method, path }) =>
    method === "GET" && path === verifyPath
      ? jsonMailReply(200, {
          success: true,
          errors: [],
          messages: [{ code: 10000, message: "This API Token is valid and active" }],
          result: { id: "ed17574386854bf78a67040be0a770b0", status: "active" },
        })
      : refuse(404, 10000, "not_found"),
  read: ({ body }) => {
    const raw = objectWith(parseJson(body.toString("utf8")), "body", fields);
    const [to, cc, bcc] = [partiesOf(raw["to"], "to"), partiesOf(raw["cc"], "cc"), partiesOf(raw["bcc"], "bcc")];
    const recipients = to.length + cc.length + bcc.length;
    if (recipients === 0 || recipients > 50) throw new InvalidMail("to", "1 to 50 recipients");
    if (raw["reply_to"] !== undefined) partyOf(raw["reply_to"], "reply_to");
    const text = textIn(raw["text"], "text");
    const html = textIn(raw["html"], "html");
    if (!text && !html) throw new InvalidMail("text", "text or html");
    const subject = requiredText(raw["subject"], "subject");
    if (subject.length > 998 || /[\r\n]/.test(subject)) throw new InvalidMail("subject", "998 characters in one line");
    const headers = checkedHeaders(raw["headers"]);
    return {
      from: partyOf(raw["from"], "from"),
      to,
      cc,
      bcc,
      subject,
      text,
      html,
      headers,
      tags: { nexus_operation: headers["X-Nexus-Operation"] ?? "" },
      attachments: listField(raw["attachments"], "attachments").map((one) => {
        const file = objectWith(one, "attachments", attachmentFields);
        const isInline = file["disposition"] === "inline";
        if (!isInline && file["disposition"] !== "attachment")
          throw new InvalidMail("disposition", "inline or attachment");
        if (isInline) requiredText(file["content_id"], "content_id");
        else if (file["content_id"] !== undefined) throw new InvalidMail("content_id", "nothing with an attachment");
        const filename = requiredText(file["filename"], "filename");
        return attachmentOf(filename, requiredText(file["type"], "type"), file["content"], "content");
      }),
      source: JSON.stringify(raw, null, 2),
    };
  },
  invalid: () => refuse(400, 10001, "invalid_request_schema"),
  accepted: (id, { to, cc, bcc }) => {
    const all = [...to, ...cc, ...bcc];
    const starting = (word: string) => all.filter((address) => address.toLowerCase().startsWith(word));
    const [permanent_bounces, suppressed_recipients, queued] = [
      starting("bounced"),
      starting("suppressed"),
      starting("queued"),
    ];
    const others = new Set([...permanent_bounces, ...suppressed_recipients, ...queued]);
    const result = {
      delivered: all.filter((address) => !others.has(address)),
      permanent_bounces,
      queued,
      suppressed_recipients,
      message_id: `${id}@email.cloudflare.test`,
    };
    return jsonMailReply(200, { success: true, errors: [], messages: [], result });
  },
  withoutId: jsonMailReply(200, { success: true, errors: [], messages: [], result: {} }),
  faults: {
    "rate-limited": refuse(429, 10004, "throttled", { "retry-after": "1" }),
    "bad-key": refuse(403, 10102, "authentication.forbidden"),
    quota: refuse(403, 10105, "authentication.not_entitled"),
    refuse: refuse(400, 10202, "email.invalid"),
    "5xx-without-executing": refuse(500, 10002, "internal_server"),
    maintenance: refuse(503, 10100, "authentication.upstream"),
  },
};
