import type { ProviderError } from "../../../contracts/vendor-call.ts";
import { wordAt } from "../../_wire/json.ts";
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

/** The same key is in use: https://docs.adyen.com/development-resources/api-idempotency */
const inUse = "704";

/** By its code and the status: https://docs.adyen.com/development-resources/error-codes */
const judge = (
  { method, status }: RefusedAnswer,
  type: string | undefined,
  code: string | undefined,
): PaymentVerdict => {
  if (type === undefined) return notUnderstood(status);
  if (code === inUse || status === 409) return paymentVerdicts.stillRunning;
  const common = verdictOfStatus(status);
  if (common !== undefined) return common;
  if (status === 404) return notKnown(method);
  return method === "PATCH" ? paymentVerdicts.already : refusedField(undefined);
};

const failure = (answer: RefusedAnswer, secrets: Secrets): ProviderError => {
  const safe = (key: string): string | undefined => safeWord(wordAt(answer.document, key), secrets);
  const [type, code] = [safe("errorType"), safe("errorCode")];
  return paymentFailureOf(
    answer,
    { verdict: judge(answer, type, code), code, type, requestIdHeader: "pspreference" },
    secrets,
  );
};

/** How Adyen is spoken to: each request with a body but that of a link's state names the merchant account. */
export const adyenWire: JsonWire = {
  authorize: ({ apiKey = "" }) => ({ "x-api-key": apiKey }),
  fill: (body, { accountId = "" }) => ("merchantAccount" in body ? { ...body, merchantAccount: accountId } : body),
  failure,
};
