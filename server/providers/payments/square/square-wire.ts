import type { ProviderError } from "../../../contracts/vendor-call.ts";
import { arrayAt, isRecord, recordAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
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

/** The version whose objects are read here: https://developer.squareup.com/docs/build-basics/versioning-overview */
export const squareVersion = "2026-09-16";

interface SquareWords {
  readonly category: string | undefined;
  readonly code: string | undefined;
  readonly field: string | undefined;
}

/** Acts that the state of a payment may not allow, or not allow any more. */
const changesState = ({ method, path }: RefusedAnswer): boolean =>
  method === "DELETE" || /\/(complete|cancel)$|^\/v2\/refunds$/.test(path);

/** By code, then by status: https://developer.squareup.com/docs/build-basics/handling-errors */
const judge = (answer: RefusedAnswer, { category, code, field }: SquareWords): PaymentVerdict => {
  const { method, status } = answer;
  if (code === undefined) return notUnderstood(status);
  if (code === "IDEMPOTENCY_KEY_REUSED") return paymentVerdicts.otherRequest;
  const common = verdictOfStatus(status);
  if (common !== undefined) return common;
  if (status === 409) return paymentVerdicts.stillRunning;
  if (status === 404) return notKnown(method);
  if (category === "PAYMENT_METHOD_ERROR") return paymentVerdicts.declined;
  if (code === "INSUFFICIENT_FUNDS_FOR_REFUND" || code === "INSUFFICIENT_PERMISSIONS_FOR_REFUND")
    return paymentVerdicts.tooLittle;
  return changesState(answer) && field === undefined ? paymentVerdicts.already : refusedField(field);
};

const failure = (answer: RefusedAnswer, secrets: Secrets): ProviderError => {
  const error = arrayAt(answer.document, "errors").find(isRecord);
  const safe = (key: string): string | undefined => safeWord(wordAt(error, key), secrets);
  const words: SquareWords = { category: safe("category"), code: safe("code"), field: safe("field") };
  return paymentFailureOf(
    answer,
    { verdict: judge(answer, words), code: words.code, type: words.category, param: words.field },
    secrets,
  );
};

/** The account's shop stands in every order, and in what asks for orders and subscriptions. */
const withLocation = (body: JsonRecord, { locationId = "" }: Readonly<Record<string, string>>): JsonRecord => {
  const order = recordAt(body, "order");
  if (order !== undefined) return { ...body, order: { ...order, location_id: locationId } };
  if (body["location_ids"] !== undefined) return { ...body, location_ids: [locationId] };
  return body["location_id"] === undefined ? body : { ...body, location_id: locationId };
};

/** How Square is spoken to. */
export const squareWire: JsonWire = {
  authorize: ({ apiKey = "" }) => ({ authorization: `Bearer ${apiKey}`, "square-version": squareVersion }),
  fill: withLocation,
  failure,
};
