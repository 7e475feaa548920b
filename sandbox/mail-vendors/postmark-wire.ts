import type { AskedMail, MailReply, MailVendorWire } from "./mail-wire.ts";
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
  writtenListOf,
} from "./read-fields.ts";

// Fields: https://postmarkapp.com/developer/api/email-api. Unknown ones are refused since
// https://postmarkapp.com/updates/changes-to-api-validation. Codes: …/developer/api/overview#error-codes.
// Limits: …/developer/user-guide/send-email-with-api#sending-limits. Metadata: …/support/article/1125-custom-metadata-faq.
const fields = words(
  "From To Cc Bcc Subject Tag HtmlBody TextBody ReplyTo Headers TrackOpens TrackLinks Metadata Attachments MessageStream",
);
const maxBodyBytes = 5 * 1024 * 1024;
const streams = words("outbound broadcast");

const refuse = (status: number, ErrorCode: number, Message: string, headers: Record<string, string> = {}): MailReply =>
  jsonMailReply(status, { ErrorCode, Message }, headers);

const pairOf = (one: unknown, field: string): readonly [string, unknown] => {
  const { Name, Value } = objectWith(one, field, words("Name Value"));
  return [requiredText(Name, `${field}.Name`), Value];
};

const metadataOf = (value: unknown): Record<string, string> => {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw new InvalidMail("Metadata", "an object");
  const entries = Object.entries(value);
  if (entries.length > 10) throw new InvalidMail("Metadata", "at most 10 fields");
  return Object.fromEntries(
    entries.map(([name, said]) => {
      if (name.length > 20) throw new InvalidMail("Metadata", "names of at most 20 characters");
      if (typeof said !== "string" || said.length > 80)
        throw new InvalidMail("Metadata", "values of at most 80 characters");
      return [name, said];
    }),
  );
};

const bodyOf = (value: unknown, field: string): string | undefined => {
  const text = textIn(value, field);
  if (text !== undefined && Buffer.byteLength(text) > maxBodyBytes) throw new InvalidMail(field, "at most 5 MB");
  return text;
};

/** Addresses that bounced or complained before, as Postmark's own sandbox has them: those of `inactive…@`. */
const inactiveOf = ({ to, cc, bcc }: AskedMail): { readonly inactive: string[]; readonly all: number } => {
  const all = [...to, ...cc, ...bcc];
  return { inactive: all.filter((address) => address.toLowerCase().startsWith("inactive")), all: all.length };
};

/** Postmark's `POST /email` and the search of messages by metadata. */
export const postmarkWire: MailVendorWire = {
  id: "postmark",
  mount: "/postmark",
  credential: { apiKey: "sandbox-accepts-any-server-token" },
  maxBytes: 10_000_000,
  // …/developer/user-guide/send-email-with-smtp
  orderHeaders: ["X-PM-KeepID", "X-PM-Message-Stream", "X-PM-Metadata-nexus"],
  tooLarge: refuse(413, 0, "Payload Too Large"),
  authorize: ({ headers }) => {
    const token = headers["x-postmark-server-token"];
    return typeof token === "string" && token.length >= 8
      ? undefined
      : refuse(401, 10, "No Account or Server API tokens were supplied in the HTTP headers.");
  },
  isSend: ({ method, path }) => method === "POST" && path === "/email",
  other: ({ method, path }) => {
    // https://postmarkapp.com/developer/api/server-api#get-the-server
    if (method === "GET" && path === "/server")
      return jsonMailReply(200, { ID: 1, Name: "Sandbox", DeliveryType: "Sandbox", SmtpApiActivated: true });
    return path === "/email" ? refuse(405, 0, "Method Not Allowed") : refuse(404, 0, "Not Found");
  },
  read: ({ body, headers: given }) => {
    if (!/^application\/json\b/.test(given["content-type"] ?? "")) throw new InvalidMail("Content-Type", "JSON", "409");
    const parsed = parseJson(body.toString("utf8"));
    if (parsed === undefined) throw new InvalidMail("body", "valid JSON", "402");
    const raw = objectWith(parsed, "body", fields);
    const to = writtenListOf(raw["To"], "To");
    const cc = writtenListOf(raw["Cc"], "Cc");
    const bcc = writtenListOf(raw["Bcc"], "Bcc");
    if (to.length === 0) throw new InvalidMail("To", "at least one address");
    if (to.length + cc.length + bcc.length > 50) throw new InvalidMail("To", "at most 50 recipients");
    writtenListOf(raw["ReplyTo"], "ReplyTo");
    const stream = textIn(raw["MessageStream"], "MessageStream") ?? "outbound";
    if (!streams.has(stream)) throw new InvalidMail("MessageStream", "a stream of this server", "1235");
    const text = bodyOf(raw["TextBody"], "TextBody");
    const html = bodyOf(raw["HtmlBody"], "HtmlBody");
    if (!text && !html) throw new InvalidMail("HtmlBody", "HtmlBody, TextBody or both");
    return {
      from: writtenAddressOf(requiredText(raw["From"], "From"), "From"),
      to,
      cc,
      bcc,
      subject: textIn(raw["Subject"], "Subject") ?? "",
      text,
      html,
      headers: checkedHeadersOf(
        listField(raw["Headers"], "Headers").map((one) => pairOf(one, "Headers")),
        "Headers",
      ),
      tags: metadataOf(raw["Metadata"]),
      attachments: listField(raw["Attachments"], "Attachments").map((one) => {
        const { Name, Content, ContentType } = objectWith(
          one,
          "Attachments",
          words("Name Content ContentType ContentID"),
        );
        const name = requiredText(Name, "Attachments.Name");
        if (/\.(exe|bat|cmd|com|js|vbs|scr|msi|jar)$/i.test(name))
          throw new InvalidMail("Attachments", "a permitted type", "411");
        return attachmentOf(name, requiredText(ContentType, "Attachments.ContentType"), Content, "Attachments.Content");
      }),
      source: JSON.stringify(raw, null, 2),
    };
  },
  invalid: ({ message, kind }) => refuse(422, Number(kind ?? 300), message),
  refuses: (mail) => {
    const { inactive, all } = inactiveOf(mail);
    return inactive.length === all
      ? refuse(
          422,
          406,
          `You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: ${inactive.join(", ")}.`,
        )
      : undefined;
  },
  accepted: (MessageID, mail) => {
    const { inactive } = inactiveOf(mail);
    const Message =
      inactive.length === 0
        ? "OK"
        : `Message OK, but will not deliver to these inactive addresses: ${inactive.join(", ")}`;
    return jsonMailReply(200, {
      To: mail.to.join(", "),
      SubmittedAt: "2026-11-29T12:00:00.0000000-05:00",
      MessageID,
      ErrorCode: 0,
      Message,
    });
  },
  withoutId: jsonMailReply(200, { ErrorCode: 0, Message: "OK" }),
  faults: {
    "rate-limited": refuse(429, 429, "Rate Limit Exceeded", { "retry-after": "1" }),
    "bad-key": refuse(
      401,
      10,
      "The Server Token you provided in the X-Postmark-Server-Token request header was invalid.",
    ),
    quota: refuse(422, 405, "Not allowed to send: you ran out of credits."),
    // A refusal can come in an answer of 200, as the batch endpoints give them.
    refuse: refuse(200, 300, "Invalid 'From' address."),
    maintenance: refuse(503, 100, "The Postmark API is offline for maintenance."),
    "5xx-without-executing": refuse(500, 0, "Internal Server Error"),
  },
};
