import type { LookUpOf } from "../../../contracts/act-rules.ts";
import type { VendorObject } from "../../../contracts/payments/vendor-objects.ts";
import { nothingMetered, type VendorIo } from "../../../contracts/vendor-call.ts";
import { isRecord, parseJson, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { readMark } from "./paypal-marks.ts";
import { moneyOf } from "./paypal-objects.ts";
import type { KeptPaypalAct } from "./paypal-request.ts";
import { readOrderDocument, readSubscriptionDocument } from "./read-paypal.ts";
import { isTaken, paypalObjectOf } from "./send-paypal.ts";

type Changes = NonNullable<KeptPaypalAct["changes"]>["act"];

/** Whether an object shows what was to be done to it. */
const isDone: Readonly<Record<Changes, (document: JsonRecord, asked: JsonRecord) => boolean>> = {
  // Also one that was declined: PayPal carried the request out.
  capture: (order) => moneyOf(order).captures.length > 0,
  authorize: (order) => moneyOf(order).authorizations.length > 0,
  void: (order) => moneyOf(order).authorizations.at(-1)?.["status"] === "VOIDED",
  close: (order) => !isTaken(order),
  end: (subscription) => wordAt(subscription, "status") === "CANCELLED",
  // What waits for the payer's approval is not shown: its page came to nobody, so that it is as good as not asked for.
  revise: (subscription, asked) =>
    ["plan_id", "quantity"].every((name) => asked[name] === undefined || asked[name] === subscription[name]),
};

const found = (document: JsonRecord, { makes }: KeptPaypalAct, io: VendorIo): LookUpOf<VendorObject> => {
  const result = paypalObjectOf(makes, document, io);
  return { kind: "done", metered: nothingMetered(result.providerObjectId), result };
};

/**
 * What became of a request: by the order that it was to change, or on which its refund stands. PayPal lists no orders and
 * no subscriptions, so that what was to be made is found by its key alone.
 */
export const lookUpPaypal = async (act: KeptPaypalAct, io: VendorIo): Promise<LookUpOf<VendorObject>> => {
  const { changes, refunded } = act;
  if (changes !== undefined) {
    const { objectId } = changes;
    const isOfSubscription = changes.act === "end" || changes.act === "revise";
    const changed = await (isOfSubscription ? readSubscriptionDocument : readOrderDocument)(objectId, io);
    const asked = parseJson(act.request.body);
    return isDone[changes.act](changed, isRecord(asked) ? asked : {}) ? found(changed, act, io) : { kind: "not_done" };
  }
  if (refunded === undefined) return { kind: "unknown" };
  const { refunds } = moneyOf(await readOrderDocument(refunded.objectId, io));
  const own = refunds.find((refund) => readMark(wordAt(refund, "custom_id")).operationId === io.operationId);
  return own === undefined ? { kind: "not_done" } : found(own, act, io);
};
