import PostalMime from "postal-mime";
import type { AskedMail, MailReply, MailRequest, MailVendorWire } from "./mail-wire.ts";
import { jsonMailReply } from "./mail-wire.ts";
import { parseJson } from "../read-json.ts";
import { verifySignature } from "../sigv4/verify-signature.ts";
import { InvalidMail, listField, objectWith, requiredText, words, writtenAddressOf } from "./read-fields.ts";

// Fields: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html. Of Content, the raw one: see
// …/APIReference-V2/API_RawMessage.html. Limits: https://docs.aws.amazon.com/ses/latest/dg/quotas.html.
const fields = words(
  "FromEmailAddress FromEmailAddressIdentityArn Destination ReplyToAddresses FeedbackForwardingEmailAddress FeedbackForwardingEmailAddressIdentityArn Content EmailTags ConfigurationSetName EndpointId TenantName ListManagementOptions",
);
const accessKeyId = "AKIASANDBOXACCEPTS01";
const secretAccessKey = "sandbox-accepts-this-secret";

const refuse = (status: number, name: string, message: string, headers: Record<string, string> = {}): MailReply =>
  jsonMailReply(status, { message }, { "x-amzn-errortype": name, ...headers });

const addresses = (value: unknown, field: string): string[] =>
  listField(value, field).map((one) => writtenAddressOf(one, field));

const tagsOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    listField(value, "EmailTags").map((tag) => {
      const { Name, Value } = objectWith(tag, "EmailTags", words("Name Value"));
      const [name, said] = [requiredText(Name, "EmailTags.Name"), requiredText(Value, "EmailTags.Value")];
      if (!/^[A-Za-z0-9_-]{1,256}$/.test(name) || !/^[A-Za-z0-9_.@-]{1,256}$/.test(said))
        throw new InvalidMail("EmailTags", "ASCII letters, numbers, underscores, or dashes");
      return [name, said];
    }),
  );

const rawOf = (value: unknown): Buffer => {
  const { Raw } = objectWith(value, "Content", words("Raw"));
  const data = requiredText(objectWith(Raw, "Content.Raw", words("Data"))["Data"], "Content.Raw.Data");
  const raw = Buffer.from(data, "base64");
  if (raw.toString("base64") !== data) throw new InvalidMail("Content.Raw.Data", "base64");
  if (raw.includes("\n\n") && !raw.includes("\r\n\r\n"))
    throw new InvalidMail("Content.Raw.Data", "lines that end in CRLF");
  return raw;
};

const read = async ({ body }: MailRequest): Promise<AskedMail> => {
  const asked = objectWith(parseJson(body.toString("utf8")), "body", fields);
  const place = objectWith(asked["Destination"], "Destination", words("ToAddresses CcAddresses BccAddresses"));
  const to = addresses(place["ToAddresses"], "ToAddresses");
  const cc = addresses(place["CcAddresses"], "CcAddresses");
  const bcc = addresses(place["BccAddresses"], "BccAddresses");
  const count = to.length + cc.length + bcc.length;
  if (count === 0 || count > 50) throw new InvalidMail("Destination", "1 to 50 recipients");
  const raw = rawOf(asked["Content"]);
  const { from, subject = "", text, html, attachments, headers } = await PostalMime.parse(raw);
  if (from?.address === undefined) throw new InvalidMail("Content.Raw", "a message with its headers");
  const names = headers.map(({ key }) => key);
  // …/dg/troubleshoot-error-messages.html: "Duplicate header".
  for (const once of ["from", "to", "cc", "subject", "message-id", "date", "reply-to"])
    if (names.filter((name) => name === once).length > 1) throw new InvalidMail("Content.Raw", `${once} once`);
  return {
    from: writtenAddressOf(asked["FromEmailAddress"] ?? from.address, "FromEmailAddress"),
    to,
    cc,
    bcc,
    subject,
    text,
    html,
    headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])),
    tags: tagsOf(asked["EmailTags"]),
    attachments: attachments.map(({ filename, mimeType, content }) => ({
      filename: filename ?? "",
      type: mimeType,
      bytes: typeof content === "string" ? content.length : content.byteLength,
    })),
    source: raw.toString("utf8"),
  };
};

/** SES' `POST /v2/email/outbound-emails`, for requests that are signed. */
export const sesWire: MailVendorWire = {
  id: "ses",
  mount: "/ses",
  credential: { accessKeyId, secretAccessKey },
  maxBytes: 54_000_000,
  // …/dg/event-publishing-send-email.html
  orderHeaders: ["X-SES-CONFIGURATION-SET", "X-SES-MESSAGE-TAGS"],
  tooLarge: refuse(400, "BadRequestException", "Message length is more than 41943040 bytes long."),
  authorize: ({ method, target, headers, body }) => {
    const refusal = verifySignature(
      { method, target, headers, body },
      {
        secretOf: (id) => (id === accessKeyId ? secretAccessKey : undefined),
        region: "us-east-1",
        service: "ses",
        now: Date.now(),
      },
    );
    return refusal === undefined ? undefined : refuse(403, refusal.type, refusal.message);
  },
  isSend: ({ method, path }) => method === "POST" && path === "/v2/email/outbound-emails",
  // …/APIReference-V2/API_GetAccount.html
  other: ({ method, path }) =>
    method === "GET" && path === "/v2/email/account"
      ? jsonMailReply(200, {
          DedicatedIpAutoWarmupEnabled: false,
          EnforcementStatus: "HEALTHY",
          ProductionAccessEnabled: true,
          SendingEnabled: true,
          SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 0 },
        })
      : refuse(404, "NotFoundException", "There is no such resource."),
  read,
  invalid: ({ message }) => refuse(400, "BadRequestException", message),
  newId: () => `0100${crypto.randomUUID()}-000000`,
  accepted: (MessageId) => jsonMailReply(200, { MessageId }),
  withoutId: jsonMailReply(200, {}),
  faults: {
    "rate-limited": refuse(429, "TooManyRequestsException", "Maximum sending rate exceeded."),
    "bad-key": refuse(
      403,
      "UnrecognizedClientException:http://internal.amazon.com/coral/",
      "The security token is invalid.",
    ),
    quota: refuse(400, "LimitExceededException", "Daily message quota exceeded."),
    refuse: refuse(400, "MessageRejected", "Email address is not verified."),
    "5xx-without-executing": refuse(500, "InternalFailure", "The request processing has failed."),
    maintenance: refuse(503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server."),
  },
};
