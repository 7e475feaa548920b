import { isObject, parseJson, type JsonObject } from "../read-json.ts";
import type { StoredAttachment } from "../mail/message-store.ts";

/** A mail as it was asked for. */
export interface SendRequest {
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly subject: string;
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly attachments: readonly StoredAttachment[];
  /** All of the body. */
  readonly raw: JsonObject;
}

export type ReadSendRequest =
  | { readonly ok: true; readonly request: SendRequest }
  | { readonly ok: false; readonly status: number; readonly name: string; readonly message: string };

const fields: ReadonlySet<string> = new Set(
  "from to subject bcc cc reply_to html text template headers scheduled_at attachments tags topic_id".split(" "),
);
const attachmentFields: ReadonlySet<string> = new Set("content filename path content_type content_id".split(" "));
const mailbox = /^(?:[^<>@\r\n]*<[^\s<>@,;]+@[^\s<>@,;]+\.[^\s<>@,;]+>|[^\s<>@,;]+@[^\s<>@,;]+\.[^\s<>@,;]+)$/;
const word = /^[A-Za-z0-9_-]{1,256}$/;

class Invalid extends Error {
  readonly status: number;
  readonly kind: string;

  constructor(message: string, status = 422, kind = "validation_error") {
    super(message);
    this.status = status;
    this.kind = kind;
  }
}

const text = (value: unknown, field: string): string | undefined => {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new Invalid(`The \`${field}\` field must be a string.`);
  return value;
};

const mailboxes = (value: unknown, field: string, most: number): string[] => {
  if (value === undefined || value === null) return [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > most) throw new Invalid(`The \`${field}\` field has more than ${most} items.`);
  return list.map((one) => {
    if (typeof one === "string" && mailbox.test(one)) return one;
    throw new Invalid(
      `Invalid \`${field}\` field. The email address needs to follow the \`email@example.com\` or \`Name <email@example.com>\` format.`,
    );
  });
};

const record = (value: unknown, field: string): Record<string, string> => {
  if (value === undefined) return {};
  if (!isObject(value)) throw new Invalid(`The \`${field}\` field must be an object.`);
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      if (typeof one !== "string" || /[\r\n\0]/.test(`${name}${one}`)) throw new Invalid(`Invalid \`${field}\` field.`);
      return [name, one];
    }),
  );
};

const tagsOf = (value: unknown): Record<string, string> => {
  if (value === undefined) return {};
  if (!Array.isArray(value)) throw new Invalid("The `tags` field must be an array.");
  const tags: Record<string, string> = {};
  for (const tag of value as unknown[]) {
    const { name, value: said } = isObject(tag) ? tag : {};
    if (typeof name !== "string" || typeof said !== "string" || !word.test(name) || !word.test(said))
      throw new Invalid("Tags should only contain ASCII letters, numbers, underscores, or dashes.");
    tags[name] = said;
  }
  return tags;
};

const attachmentsOf = (value: unknown): StoredAttachment[] => {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Invalid("The `attachments` field must be an array.");
  return (value as unknown[]).map((one) => {
    const { content, path, filename, content_type: type } = isObject(one) ? one : {};
    if (!isObject(one) || Object.keys(one).some((name) => !attachmentFields.has(name)))
      throw new Invalid("Invalid attachment.", 422, "invalid_attachment");
    if (typeof content !== "string" || path !== undefined)
      throw new Invalid("Attachment must have either a `content` or `path`.", 422, "invalid_attachment");
    const bytes = Buffer.from(content, "base64");
    if (bytes.toString("base64").replace(/=+$/, "") !== content.replace(/=+$/, ""))
      throw new Invalid("The attachment's content is no base64.", 422, "invalid_attachment");
    return { filename: text(filename, "filename") ?? "", type: text(type, "content_type") ?? "", bytes: bytes.length };
  });
};

const read = (body: Uint8Array): SendRequest => {
  const raw = parseJson(Buffer.from(body).toString("utf8"));
  if (!isObject(raw)) throw new Invalid("The request body is no JSON object.", 400);
  const foreign = Object.keys(raw).find((name) => !fields.has(name));
  if (foreign !== undefined) throw new Invalid(`Unknown field \`${foreign}\`.`);
  for (const name of ["from", "to", "subject"])
    if (raw[name] === undefined) throw new Invalid(`Missing \`${name}\` field.`, 422, "missing_required_field");
  const [from = ""] = mailboxes(raw["from"], "from", 1);
  const to = mailboxes(raw["to"], "to", 50);
  if (to.length === 0) throw new Invalid("Missing `to` field.", 422, "missing_required_field");
  mailboxes(raw["reply_to"], "reply_to", 50);
  const request: SendRequest = {
    from,
    to,
    cc: mailboxes(raw["cc"], "cc", 50),
    bcc: mailboxes(raw["bcc"], "bcc", 50),
    subject: text(raw["subject"], "subject") ?? "",
    text: text(raw["text"], "text"),
    html: text(raw["html"], "html"),
    headers: record(raw["headers"], "headers"),
    tags: tagsOf(raw["tags"]),
    attachments: attachmentsOf(raw["attachments"]),
    raw,
  };
  if (request.text === undefined && request.html === undefined)
    throw new Invalid("Missing `html` or `text` field.", 422, "missing_required_field");
  return request;
};

/** Reads the body of `POST /emails`; what it does not know, it refuses. */
export function readSendRequest(body: Uint8Array): ReadSendRequest {
  try {
    return { ok: true, request: read(body) };
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    return { ok: false, status: error.status, name: error.kind, message: error.message };
  }
}
