import type { ProviderError } from "../../../contracts/vendor-call.ts";
import { wordAt } from "../../_wire/json.ts";
import { safeWord, type Secrets } from "../../_wire/safe-message.ts";
import type { JsonWire } from "../_json/ask-json.ts";
import type { RefusedAnswer } from "../_json/refused-answer.ts";
import {
  paymentFailureOf,
  notKnown,
  notUnderstood,
  paymentVerdicts,
  refusedField,
  verdictOfStatus,
  type PaymentVerdict,
} from "../_json/payment-verdicts.ts";

interface MollieWords {
  readonly title: string | undefined;
  readonly field: string | undefined;
}

/** Acts on a payment that its state may not allow, or not allow any more. */
const changesState = ({ method, path }: RefusedAnswer): boolean =>
  method === "DELETE" || /\/(captures|refunds|release-authorization)$/.test(path);

/** By the status, and by the field that Mollie names; it has no codes. https://docs.mollie.com/reference/handling-errors */
const judge = (answer: RefusedAnswer, { title, field }: MollieWords): PaymentVerdict => {
  const { method, status } = answer;
  if (title === undefined) return notUnderstood(status);
  const common = verdictOfStatus(status);
  if (common !== undefined) return common;
  // Also an equal refund that was asked for moments ago: sooner or later it is repeated or found.
  if (status === 409) return paymentVerdicts.stillRunning;
  if (status === 404 || status === 410) return notKnown(method);
  if (status === 422 && field === undefined && changesState(answer)) return paymentVerdicts.already;
  return refusedField(field);
};

const failure = (answer: RefusedAnswer, secrets: Secrets): ProviderError => {
  const safe = (key: string): string | undefined => safeWord(wordAt(answer.document, key), secrets);
  const words: MollieWords = { title: safe("title"), field: safe("field") };
  return paymentFailureOf(answer, { verdict: judge(answer, words), code: words.title, param: words.field }, secrets);
};

/** How Mollie is spoken to. */
export const mollieWire: JsonWire = {
  authorize: ({ apiKey = "" }) => ({ authorization: `Bearer ${apiKey}` }),
  failure,
};
