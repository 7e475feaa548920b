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

// Fields and rules: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send and …/mail-send/errors.
// Answers: …/how-to-use-the-sendgrid-v3-api/responses.
const fields = words(
  "personalizations from reply_to reply_to_list subject content attachments template_id headers categories custom_args send_at batch_id asm ip_pool_name mail_settings tracking_settings",
);
const personalizationFields = words(
  "from to cc bcc subject headers substitutions dynamic_template_data custom_args send_at",
);
const reservedHeaders = words(
  "x-sg-id x-sg-eid received dkim-signature content-type content-transfer-encoding to from subject reply-to cc bcc",
);
const maxCustomBytes = 10_000;

const refuse = (
  status: number,
  message: string,
  field: string | null,
  headers: Record<string, string> = {},
): MailReply => jsonMailReply(status, { errors: [{ message, field, help: null }] }, headers);

const partyOf = (value: unknown, field: string): string => {
  const { email, name } = objectWith(value, field, words("email name"));
  if (/[\r\n\0]/.test(textIn(name, field) ?? "")) throw new InvalidMail(field, "a name in one line");
  return addressOf(email, `${field}.email`);
};

const partiesOf = (value: unknown, field: string): string[] =>
  listField(value, field).map((one, at) => partyOf(one, `${field}.${at}`));

const customArgsOf = (value: unknown): Record<string, string> => {
  if (value === undefined) return {};
  if (!isObject(value)) throw new InvalidMail("custom_args", "an object");
  if (Buffer.byteLength(JSON.stringify(value)) > maxCustomBytes) throw new InvalidMail("custom_args", "10,000 bytes");
  return Object.fromEntries(
    Object.entries(value).map(([name, said]) => {
      if (typeof said !== "string") throw new InvalidMail(`custom_args.${name}`, "a string");
      return [name, said];
    }),
  );
};

const contentOf = (value: unknown) => {
  const parts = listField(value, "content").map((one, at) => {
    const { type, value: said } = objectWith(one, `content.${at}`, words("type value"));
    return { type: requiredText(type, `content.${at}.type`), value: requiredText(said, `content.${at}.value`) };
  });
  const types = parts.map(({ type }) => type).join();
  if (types !== "text/plain" && types !== "text/html" && types !== "text/plain,text/html")
    throw new InvalidMail("content", "text/plain before text/html, each once");
  const ofType = (wanted: string) => parts.find(({ type }) => type === wanted)?.value;
  return { text: ofType("text/plain"), html: ofType("text/html") };
};

/** SendGrid's `POST /v3/mail/send`, which answers 202 without a body. */
export const sendgridWire: MailVendorWire = {
  id: "sendgrid",
  mount: "/sendgrid",
  credential: { apiKey: "SG.sandbox-accepts-any-key" },
  maxBytes: 30_000_000,
  // https://www.twilio.com/docs/sendgrid/for-developers/sending-email/building-an-x-smtpapi-header
  orderHeaders: ["X-SMTPAPI"],
  tooLarge: refuse(413, "The total size of your email (including attachments) must be less than 30MB.", null),
  authorize: ({ headers }) =>
    /^Bearer SG\..{8,}$/.test(headers.authorization ?? "")
      ? undefined
      : refuse(401, "The provided authorization grant is invalid, expired, or revoked", null),
  isSend: ({ method, path }) => method === "POST" && path === "/v3/mail/send",
  // https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions
  other: ({ method, path }) =>
    method === "GET" && path === "/v3/scopes"
      ? jsonMailReply(200, { scopes: ["mail.send", "sender_verification_eligible"] })
      : refuse(404, "not found", null),
  read: ({ body }) => {
    const raw = objectWith(parseJson(body.toString("utf8")), "body", fields);
    const people = listField(raw["personalizations"], "personalizations");
    if (people.length !== 1) throw new InvalidMail("personalizations", "one");
    const one = objectWith(people[0], "personalizations.0", personalizationFields);
    const to = partiesOf(one["to"], "personalizations.0.to");
    const cc = partiesOf(one["cc"], "personalizations.0.cc");
    const bcc = partiesOf(one["bcc"], "personalizations.0.bcc");
    const all = [...to, ...cc, ...bcc].map((address) => address.toLowerCase());
    if (to.length === 0) throw new InvalidMail("personalizations.0.to", "required");
    if (all.length > 1_000) throw new InvalidMail("personalizations", "at most 1000 recipients");
    if (new Set(all).size !== all.length) throw new InvalidMail("personalizations", "each address once");
    if (raw["reply_to"] !== undefined) partyOf(raw["reply_to"], "reply_to");
    const headers = raw["headers"];
    if (headers !== undefined && !isObject(headers)) throw new InvalidMail("headers", "an object");
    return {
      from: partyOf(raw["from"], "from"),
      to,
      cc,
      bcc,
      subject: requiredText(raw["subject"], "subject"),
      ...contentOf(raw["content"]),
      headers: checkedHeadersOf(Object.entries(headers ?? {}), "headers", (name) =>
        reservedHeaders.has(name.toLowerCase()),
      ),
      tags: customArgsOf(raw["custom_args"]),
      attachments: listField(raw["attachments"], "attachments").map((file, at) => {
        const field = `attachments.${at}`;
        const known = words("content type filename disposition content_id");
        const { content, type, filename, disposition } = objectWith(file, field, known);
        if (disposition !== undefined && disposition !== "inline" && disposition !== "attachment")
          throw new InvalidMail(`${field}.disposition`, "inline or attachment");
        const name = requiredText(filename, `${field}.filename`);
        return attachmentOf(name, textIn(type, `${field}.type`) ?? "", content, `${field}.content`);
      }),
      source: JSON.stringify(raw, null, 2),
    };
  },
  invalid: ({ field, message }) => refuse(400, message, field),
  newId: () => crypto.randomUUID().replaceAll("-", "").slice(0, 22),
  accepted: (id) => ({ status: 202, body: "", headers: { "x-message-id": id } }),
  withoutId: { status: 202, body: "" },
  faults: {
    "rate-limited": refuse(429, "too many requests", null, { "x-ratelimit-reset": "1" }),
    "bad-key": refuse(401, "The provided authorization grant is invalid, expired, or revoked", null),
    quota: refuse(401, "Maximum credits exceeded", null),
    refuse: refuse(403, "The from address does not match a verified Sender Identity.", "from"),
    "5xx-without-executing": refuse(500, "internal error", null),
    maintenance: refuse(503, "service unavailable", null),
  },
};
