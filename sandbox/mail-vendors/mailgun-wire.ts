import type { AskedMail, MailReply, MailRequest, MailVendorWire } from "./mail-wire.ts";
import { jsonMailReply } from "./mail-wire.ts";
import { checkedHeadersOf, InvalidMail, words, writtenAddressOf } from "./read-fields.ts";

// Fields: https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages.
// Limits: …/user-manual/sending-messages/send-http. Errors: …/api-reference/mg-errors.
const fields = words(
  "from to cc bcc subject text html amp-html attachment inline template recipient-variables t:version t:text t:variables",
);
/** "Send options (parameters starting with o:, h:, v:, or t:) are limited to 16KB total". */
const maxOptionBytes = 16 * 1024;

const refuse = (status: number, message: string, headers: Record<string, string> = {}): MailReply =>
  jsonMailReply(status, { message }, headers);
const forbidden: MailReply = { status: 401, body: "Forbidden", headers: { "content-type": "text/plain" } };

/** Read by the platform's own reader of forms. */
const formOf = async ({ body, headers }: MailRequest): Promise<FormData> => {
  const type = headers["content-type"] ?? "";
  if (!/^(multipart\/form-data|application\/x-www-form-urlencoded)\b/.test(type))
    throw new InvalidMail("body", "a form");
  try {
    return await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  } catch {
    throw new InvalidMail("body", "a form");
  }
};

const textsOf = (form: FormData, name: string): string[] =>
  form.getAll(name).map((value) => {
    if (typeof value === "string") return value;
    throw new InvalidMail(name, "a text");
  });

const named = (form: FormData, prefix: string): [string, string][] =>
  [...form].flatMap(([name, value]) =>
    name.startsWith(prefix) && typeof value === "string"
      ? [[name.slice(prefix.length), value] as [string, string]]
      : [],
  );

const read = async (request: MailRequest): Promise<AskedMail> => {
  const form = await formOf(request);
  for (const name of form.keys())
    if (!fields.has(name) && !/^[ohv]:./.test(name)) throw new InvalidMail(name, "no such field");
  const parties = (name: string) => textsOf(form, name).map((one) => writtenAddressOf(one, name));
  const [from, ...more] = parties("from");
  if (from === undefined || more.length > 0) throw new InvalidMail("from", "one address");
  const [to, cc, bcc] = [parties("to"), parties("cc"), parties("bcc")];
  if (to.length === 0) throw new InvalidMail("to", "at least one address");
  if (to.length + cc.length + bcc.length > 1_000) throw new InvalidMail("to", "at most 1,000 recipients");
  const [text] = textsOf(form, "text");
  const [html] = textsOf(form, "html");
  if (!text && !html) throw new InvalidMail("text", "text, html or a template");
  const options = [...named(form, "o:"), ...named(form, "h:"), ...named(form, "v:")];
  const bytes = options.reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value) + 2, 0);
  if (bytes > maxOptionBytes) throw new InvalidMail("h:", "16KB of options");
  const files = [...form.getAll("attachment"), ...form.getAll("inline")];
  return {
    from,
    to,
    cc,
    bcc,
    subject: textsOf(form, "subject")[0] ?? "",
    text,
    html,
    headers: checkedHeadersOf(named(form, "h:"), "h:"),
    tags: Object.fromEntries(named(form, "v:")),
    attachments: files.map((file) => {
      if (typeof file === "string") throw new InvalidMail("attachment", "a file");
      return { filename: file.name, type: file.type, bytes: file.size };
    }),
    source: request.body.toString("utf8"),
  };
};

/** Mailgun's `POST /v3/{domain}/messages`. */
export const mailgunWire: MailVendorWire = {
  id: "mailgun",
  mount: "/mailgun",
  credential: { apiKey: "key-sandbox-accepts-any", domain: "mg.example.com" },
  maxBytes: 25_000_000,
  // https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/pass-sending-options
  orderHeaders: ["X-Mailgun-Tag", "X-Mailgun-Dkim", "X-Mailgun-Drop-Message", "X-Mailgun-Track"],
  tooLarge: refuse(413, "Request Entity Too Large"),
  authorize: ({ headers }) => {
    const [, basic = ""] = /^Basic (.+)$/.exec(headers.authorization ?? "") ?? [];
    return /^api:.{8,}$/.test(Buffer.from(basic, "base64").toString()) ? undefined : forbidden;
  },
  isSend: ({ method, path }) => method === "POST" && /^\/v3\/[a-z0-9.-]+\/messages$/.test(path),
  other: () => refuse(404, "Domain not found"),
  read,
  invalid: ({ message }) => refuse(400, message),
  accepted: (id, { headers }) =>
    jsonMailReply(200, { id: headers["Message-Id"] ?? `<${id}@mg.example.com>`, message: "Queued. Thank you." }),
  withoutId: jsonMailReply(200, { message: "Queued. Thank you." }),
  faults: {
    "rate-limited": refuse(429, "Too many requests", { "retry-after": "1" }),
    "bad-key": forbidden,
    quota: refuse(420, "Domain mg.example.com is not allowed to send: the message limit is exceeded"),
    refuse: refuse(400, "'from' parameter is not a valid address. please check documentation"),
    "5xx-without-executing": refuse(500, "Internal Server Error"),
    maintenance: refuse(503, "Service Unavailable"),
  },
};
