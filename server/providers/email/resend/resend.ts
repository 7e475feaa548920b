import { z } from "zod";
import type { TakenEmail } from "../../../contracts/email-vendor.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import type { Answered, VendorIo } from "../../../contracts/vendor-call.ts";
import { collectBody } from "../../_wire/collect-body.ts";
import { isRecord, parseJson, wordAt } from "../../_wire/json.ts";
import { safeRequestId } from "../../_wire/safe-message.ts";
import { transportFailure } from "../../_wire/transport-failure.ts";
import { resendFailure, unreadableAnswer } from "./resend-failure.ts";
import { acceptedOf, decodeResendRequest, encodeResendRequest } from "./resend-request.ts";

const path = "/emails";
const maxAnswerBytes = 256 * 1024;
const dayMs = 86_400_000;

const headersOf = (key: string): Record<string, string> => ({
  "content-type": "application/json",
  "idempotency-key": key,
});

const send = async (bytes: Uint8Array, io: VendorIo): Promise<Answered<TakenEmail>> => {
  const kept = decodeResendRequest(bytes);
  const { key, body } = kept;
  try {
    const authorization = `Bearer ${io.credential["apiKey"] ?? ""}`;
    const answer = await io.send({ method: "POST", path, headers: { ...headersOf(key), authorization }, body });
    const text = (await collectBody(answer.body, { maxBytes: maxAnswerBytes })).toString("utf8");
    const secrets = { credential: io.credential, payload: body };
    if (answer.status < 200 || answer.status > 299) throw resendFailure({ ...answer, text }, secrets);
    const document = parseJson(text);
    const id = isRecord(document) ? safeRequestId(wordAt(document, "id"), secrets) : undefined;
    if (id === undefined) throw unreadableAnswer(answer.status);
    const recipients = acceptedOf(kept);
    return {
      result: { objectId: id, recipients },
      units: { message: 1, recipient: recipients.length },
      final: true,
      rawUsage: undefined,
      responseModel: undefined,
      vendorRequestId: id,
    };
  } catch (error) {
    throw transportFailure(error) ?? error;
  }
};

/** https://resend.com/docs/api-reference */
export const resend = defineProvider({
  id: "resend",
  name: "Resend",
  family: "email",
  credential: z.strictObject({ apiKey: z.string().min(1).max(512) }),
  defaultBaseUrl: "https://api.resend.com",
  customBaseUrl: false,
  docsUrl: "https://resend.com/docs/api-reference/emails/send-email",
  fees: {
    source: "https://resend.com/pricing",
    asOf: "2026-11-29",
    // What is beyond the quota of the Pro plan; every recipient counts as a mail.
    mail: { recipient: { usd: 0.9, per: 1_000 } },
  },
  email: {
    maxRecipients: 50,
    // https://resend.com/docs/dashboard/emails/idempotency-keys: a day, 409 on other bytes. The list of mails knows no tags.
    rules: { keyLifetimeMs: dayMs, lookUp: "none", settleMs: 900_000, cancelByKey: false },
    prepare: async (mail, identity) => encodeResendRequest(mail, identity),
    render: (bytes) => {
      const { key, body } = decodeResendRequest(bytes);
      return {
        protocol: "http",
        target: `POST ${path}`,
        headers: { ...headersOf(key), authorization: "Bearer …" },
        body,
      };
    },
    send,
  },
});
