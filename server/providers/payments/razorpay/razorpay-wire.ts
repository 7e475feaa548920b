import type { ProviderError } from "../../../contracts/vendor-call.ts";
import { recordAt, wordAt } from "../../_wire/json.ts";
import { safeWord, type Secrets } from "../../_wire/safe-message.ts";
import type { JsonWire } from "../_json/ask-json.ts";
import {
  notKnown,
  notUnderstood,
  paymentFailureOf,
  paymentVerdicts,
  refusedField,
  verdictOfStatus,
  type PaymentVerdict,
} from "../_json/payment-verdicts.ts";
import type { RefusedAnswer } from "../_json/refused-answer.ts";

interface RazorpayWords {
  readonly code: string | undefined;
  readonly reason: string | undefined;
  readonly field: string | undefined;
}

const changesState = ({ path }: RefusedAnswer): boolean => /\/(capture|refund|cancel)$/.test(path);

/** By its code, its reason and the status: https://razorpay.com/docs/api/errors/ */
const judge = (answer: RefusedAnswer, { code, reason, field }: RazorpayWords): PaymentVerdict => {
  const { method, status } = answer;
  if (code === undefined) return notUnderstood(status);
  const common = verdictOfStatus(status);
  if (common !== undefined) return common;
  if (status === 409) return paymentVerdicts.stillRunning;
  if (status === 404) return notKnown(method);
  if (reason === "payment_declined") return paymentVerdicts.declined;
  return changesState(answer) && field === undefined ? paymentVerdicts.already : refusedField(field);
};

const failure = (answer: RefusedAnswer, secrets: Secrets): ProviderError => {
  const error = recordAt(answer.document, "error");
  const safe = (key: string): string | undefined => safeWord(wordAt(error, key), secrets);
  const words: RazorpayWords = { code: safe("code"), reason: safe("reason"), field: safe("field") };
  return paymentFailureOf(
    answer,
    { verdict: judge(answer, words), code: words.reason ?? words.code, type: words.code, param: words.field },
    secrets,
  );
};

/** How Razorpay is spoken to. */
export const razorpayWire: JsonWire = {
  authorize: ({ clientId = "", clientSecret = "" }) => ({
    authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
  }),
  failure,
};
