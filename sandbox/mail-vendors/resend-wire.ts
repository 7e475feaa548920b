import type { MailReply, MailVendorWire } from "./mail-wire.ts";
import { jsonMailReply } from "./mail-wire.ts";
import { isObject, parseJson } from "../read-json.ts";
import {
  attachmentOf,
  checkedHeadersOf,
  InvalidMail,
  listField,
  objectWith,
  requiredText,
  textIn,
  words,
  writtenAddressOf,
} from "./read-fields.ts";

// Fields: Resend's OpenAPI description 1.5.0. Names of errors: https://resend.com/docs/api-reference/errors.
// Keys: https://resend.com/docs/dashboard/emails/idempotency-keys.
const fields = words(
  "from to subject bcc cc reply_to html text template headers scheduled_at attachments tags topic_id",
);
const attachmentFields = words("content filename path content_type content_id");
const dayMs = 86_400_000;

const refuse = (statusCode: number, name: string, message: string, headers: Record<string, string> = {}): MailReply =>
  jsonMailReply(statusCode, { statusCode, name, message }, headers);

const mailboxes = (value: unknown, field: string, most = 50): string[] => {
  const list = typeof value === "string" ? [value] : listField(value, field);
  if (list.length > most) throw new InvalidMail(field, `at most ${most}`);
  return list.map((one) => writtenAddressOf(one, field));
};

const tagsOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    listField(value, "tags").map((tag) => {
      const { name, value: said } = objectWith(tag, "tags", words("name value"));
      if (typeof name !== "string" || typeof said !== "string" || !/^[A-Za-z0-9_-]{1,256}$/.test(name + said))
        throw new InvalidMail("tags", "ASCII letters, numbers, underscores, or dashes");
      return [name, said];
    }),
  );

/** Resend's `POST /emails` and `GET /emails/{id}`. */
export const resendWire: MailVendorWire = {
  id: "resend",
  mount: "/resend",
  credential: { apiKey: "re_sandbox_accepts_any_key" },
  maxBytes: 40_000_000,
  orderHeaders: [],
  tooLarge: refuse(413, "validation_error", "The email is larger than 40MB."),
  authorize: ({ headers }) => {
    const [, key] = /^Bearer (.+)$/.exec(headers.authorization ?? "") ?? [];
    if (key === undefined) return refuse(401, "missing_api_key", "Missing API key in the authorization header");
    return /^[\x21-\x7e]{8,}$/.test(key) ? undefined : refuse(403, "invalid_api_key", "API key is invalid");
  },
  isSend: ({ method, path }) => method === "POST" && path === "/emails",
  other: ({ method, path }, effects) => {
    // https://resend.com/docs/api-reference/domains/list-domains
    if (path === "/domains" && method === "GET")
      return jsonMailReply(200, { object: "list", has_more: false, data: [] });
    const [, id] = /^\/emails\/([\w-]{1,64})$/.exec(path) ?? [];
    if (path === "/emails" || (id !== undefined && method !== "GET"))
      return refuse(405, "method_not_allowed", "Method is not allowed for the requested path.");
    if (id === undefined) return refuse(404, "not_found", "The requested endpoint does not exist.");
    const effect = effects.find((one) => one.id === id);
    if (effect === undefined) return refuse(404, "not_found", "Email not found");
    const { from, to, cc, bcc, subject, text = null, html = null } = effect.mail;
    return jsonMailReply(200, {
      object: "email",
      id,
      from,
      to,
      cc,
      bcc,
      reply_to: [],
      subject,
      text,
      html,
      created_at: "2026-11-29T00:00:00.000Z",
      last_event: "delivered",
      message_id: `<${id}@email.resend.dev>`,
    });
  },
  read: ({ body }) => {
    const raw = objectWith(parseJson(body.toString("utf8")), "body", fields);
    const from = writtenAddressOf(requiredText(raw["from"], "from", "missing_required_field"), "from");
    const to = mailboxes(raw["to"], "to");
    if (to.length === 0) throw new InvalidMail("to", "required", "missing_required_field");
    mailboxes(raw["reply_to"], "reply_to");
    const text = textIn(raw["text"], "text");
    const html = textIn(raw["html"], "html");
    if (text === undefined && html === undefined)
      throw new InvalidMail("html", "required, or text", "missing_required_field");
    const headers = raw["headers"];
    if (headers !== undefined && !isObject(headers)) throw new InvalidMail("headers", "an object");
    return {
      from,
      to,
      cc: mailboxes(raw["cc"], "cc"),
      bcc: mailboxes(raw["bcc"], "bcc"),
      subject: requiredText(raw["subject"], "subject", "missing_required_field"),
      text,
      html,
      headers: checkedHeadersOf(Object.entries(headers ?? {}), "headers"),
      tags: tagsOf(raw["tags"]),
      attachments: listField(raw["attachments"], "attachments").map((one) => {
        const { content, path, filename, content_type: type } = objectWith(one, "attachments", attachmentFields);
        if (path !== undefined) throw new InvalidMail("attachments", "content", "invalid_attachment");
        return attachmentOf(textIn(filename, "filename") ?? "", textIn(type, "content_type") ?? "", content, "content");
      }),
      source: JSON.stringify(raw, null, 2),
    };
  },
  invalid: ({ message, kind }) => refuse(422, kind ?? "validation_error", message),
  accepted: (id) => jsonMailReply(200, { id }),
  withoutId: jsonMailReply(200, {}),
  keys: {
    header: "idempotency-key",
    lifetimeMs: dayMs,
    isKey: (key) => key !== "" && key.length <= 256,
    invalid: refuse(400, "invalid_idempotency_key", "The key must be between 1-256 chars."),
    mismatch: refuse(409, "invalid_idempotent_request", "Same idempotency key used with a different payload."),
  },
  faults: {
    "rate-limited": refuse(429, "rate_limit_exceeded", "Too many requests.", { "retry-after": "1" }),
    "bad-key": refuse(403, "invalid_api_key", "API key is invalid."),
    quota: refuse(429, "daily_quota_exceeded", "You have reached your daily email sending quota."),
    refuse: refuse(422, "invalid_parameter", "The parameter is invalid."),
    "in-progress": refuse(409, "concurrent_idempotent_requests", "The original request is still in progress."),
    "5xx-without-executing": refuse(500, "internal_server_error", "An unexpected error occurred."),
  },
};
