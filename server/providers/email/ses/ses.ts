import { z } from "zod";
import type { ActIdentity } from "../../../contracts/act-rules.ts";
import type { OutgoingEmail } from "../../../contracts/email-vendor.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import { isRecord, wordAt } from "../../_wire/json.ts";
import { httpMail, type MailAnswer, type MailRefusal } from "../_http/http-mail.ts";
import {
  badKey,
  badRequest,
  exhausted,
  refusedHere,
  tooFast,
  unknown,
  type MailVerdict,
} from "../_http/mail-verdicts.ts";
import { mailProbe } from "../_http/mail-probe.ts";
import { some } from "../_http/written-mailbox.ts";
import { composeMessage } from "../_mime/compose-message.ts";
import { signForSes } from "./sign-for-ses.ts";

/**
 * The body of `SendEmail`. The message is composed here and sent raw: of the simple form's headers SES takes fifteen, in
 * ASCII, and none of them may be References. SES writes Message-ID and Date anew in both.
 */
const bodyOf = async (mail: OutgoingEmail, { operationId }: ActIdentity): Promise<string> => {
  const addresses = (mailboxes: OutgoingEmail["to"]) => some(mailboxes.map(({ address }) => address));
  const message = await composeMessage(mail);
  return JSON.stringify({
    FromEmailAddress: mail.from.address,
    Destination: {
      ToAddresses: addresses(mail.to),
      CcAddresses: addresses(mail.cc),
      BccAddresses: addresses(mail.bcc),
    },
    Content: { Raw: { Data: message.toString("base64") } },
    EmailTags: Object.entries({ ...mail.tags, nexus_operation: operationId }).map(([Name, Value]) => ({ Name, Value })),
  });
};

/**
 * By the name of the exception, https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html and
 * …/APIReference-V2/CommonErrors.html. What comes with 5xx says nothing of whether the mail was taken.
 */
const byName: Readonly<Record<string, MailVerdict>> = {
  AccountSuspendedException: exhausted,
  BadRequestException: badRequest,
  LimitExceededException: exhausted,
  MailFromDomainNotVerifiedException: refusedHere,
  MessageRejected: refusedHere,
  NotFoundException: refusedHere,
  SendingPausedException: exhausted,
  TooManyRequestsException: tooFast,
  ThrottlingException: tooFast,
  AccessDeniedException: badKey,
  ExpiredTokenException: badKey,
  IncompleteSignatureException: badKey,
  InvalidClientTokenId: badKey,
  InvalidSignatureException: badKey,
  MissingAuthenticationTokenException: badKey,
  NotAuthorized: badKey,
  OptInRequired: badKey,
  SignatureDoesNotMatch: badKey,
  UnrecognizedClientException: badKey,
  ValidationException: badRequest,
};

/** The name stands in a header, or in the body's `__type`, with a namespace before it or an address behind it. */
const nameIn = ({ headers, document }: MailAnswer): string | undefined => {
  const told = headers["x-amzn-errortype"] ?? (isRecord(document) ? wordAt(document, "__type") : undefined);
  return told?.split(":")[0]?.split("#").at(-1);
};

const refusal = (answer: MailAnswer): MailRefusal | undefined => {
  const { status } = answer;
  if (status >= 200 && status <= 299) return undefined;
  const name = nameIn(answer);
  const told = name !== undefined && Object.hasOwn(byName, name) ? byName[name] : undefined;
  return { verdict: status >= 500 ? unknown : (told ?? unknown), word: name };
};

const regions =
  "us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-central-1 eu-west-1 eu-west-2 eu-west-3 eu-north-1 eu-south-1 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-northeast-1 ap-northeast-2 ap-northeast-3 me-south-1 il-central-1 af-south-1";

const name = "Amazon SES";

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/ */
export const ses = defineProvider({
  id: "ses",
  name,
  family: "email",
  credential: z.strictObject({
    accessKeyId: z.string().min(16).max(128).describe("Of a user who may do ses:SendEmail and ses:SendRawEmail"),
    secretAccessKey: z.string().min(1).max(512),
  }),
  defaultBaseUrl: "https://email.us-east-1.amazonaws.com",
  addresses: regions.split(" ").map((region) => `https://email.${region}.amazonaws.com`),
  customBaseUrl: false,
  docsUrl: "https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html",
  // …/API_GetAccount.html
  probe: mailProbe({
    name,
    asks: "reads the account's sending limits",
    path: "/v2/email/account",
    authorize: () => ({}),
    sign: signForSes,
    refusal,
    isAnswer: ({ status, document }) =>
      status === 200 && isRecord(document) && typeof document["SendingEnabled"] === "boolean",
    // The signature is checked first: whoever is not allowed to read the account may still send.
    isLimit: (answer) => answer.status === 403 && nameIn(answer) === "AccessDeniedException",
  }),
  fees: {
    source: "https://aws.amazon.com/ses/pricing/",
    asOf: "2026-11-29",
    // Second-hand: "$0.10 per 1,000 emails", to each recipient. That files cost $0.12 a gigabyte more is not counted.
    mail: { recipient: { usd: 0.1, per: 1_000 } },
  },
  email: {
    capabilities: {
      // https://docs.aws.amazon.com/ses/latest/dg/quotas.html: 50 recipients, 40 MB after base64.
      maxRecipients: 50,
      maxBytes: 40_000_000,
      // https://docs.aws.amazon.com/ses/latest/dg/header-fields.html
      keepsMessageId: false,
      // …/APIReference-V2/API_Destination.html: each of the three fields may be missing.
      needsTo: false,
      verified: "sandbox",
    },
    // SendEmail has no token against repeats; only events tell of a mail.
    rules: { keyLifetimeMs: undefined, lookUp: "none", settleMs: 900_000, cancelByKey: false },
    ...httpMail({
      name,
      path: "/v2/email/outbound-emails",
      authorize: () => ({}),
      authorizeShown: { authorization: "AWS4-HMAC-SHA256 …" },
      sign: signForSes,
      compose: async (mail, identity) => ({
        headers: { "content-type": "application/json" },
        body: await bodyOf(mail, identity),
      }),
      refusal,
      taken: ({ document }) => {
        const id = isRecord(document) ? wordAt(document, "MessageId") : undefined;
        return id === undefined ? undefined : { id };
      },
    }),
  },
});
