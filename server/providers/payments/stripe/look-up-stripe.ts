import type { LookUpOf } from "../../../contracts/act-rules.ts";
import type { VendorObject } from "../../../contracts/payments/vendor-objects.ts";
import { nothingMetered, type VendorIo } from "../../../contracts/vendor-call.ts";
import { arrayAt, isRecord, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { askStripe, askStripeFor } from "./ask-stripe.ts";
import { vendorObjectOf, type StripeTarget } from "./stripe-targets.ts";
import { operationKey } from "./stripe-marks.ts";
import { metadataOf } from "./stripe-objects.ts";
import { stripeRequest } from "./stripe-request.ts";

const pageSize = 100;
/** What is older or further than this from the act cannot be its object. */
const aroundMs = 120_000;
const mostPages = 100;

/** When an operation was made: its id, a UUIDv7, begins with the milliseconds. */
const madeAt = (operationId: string): number => Number.parseInt(operationId.replaceAll("-", "").slice(0, 12), 16);

const found = (kind: StripeTarget["kind"], document: JsonRecord): LookUpOf<VendorObject> => ({
  kind: "done",
  metered: nothingMetered(wordAt(document, "id")),
  result: vendorObjectOf(kind, document),
});

const pageOf = async (
  list: "sessions" | "intents" | "refunds",
  operationId: string,
  after: string | undefined,
  io: VendorIo,
): Promise<JsonRecord> => {
  const params = {
    created: {
      gte: Math.floor((madeAt(operationId) - aroundMs) / 1_000),
    },
    limit: pageSize,
    ...(after === undefined ? {} : { starting_after: after }),
  };
  const request = await stripeRequest((stripe) =>
    list === "sessions"
      ? stripe.checkout.sessions.list(params)
      : list === "intents"
        ? stripe.paymentIntents.list(params)
        : stripe.refunds.list(params),
  );
  return (await askStripe(request, io)).document;
};

const lists = { checkout: "sessions", order: "intents", refund: "refunds" } as const;

/**
 * Looks for what an operation made: lists what was made since, newest first, and compares what was written onto it. Stripe's
 * search would be faster and shows things late; lists show them at once (https://docs.stripe.com/search#data-freshness).
 */
export const findMade = async (
  target: StripeTarget & { readonly made: true },
  io: VendorIo,
): Promise<LookUpOf<VendorObject>> => {
  const list = target.session ? "sessions" : lists[target.kind];
  let after: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const document = await pageOf(list, io.operationId, after, io);
    const data = arrayAt(document, "data").filter(isRecord);
    const own = data.find((one) => metadataOf(one)[operationKey] === io.operationId);
    if (own !== undefined) return found(target.kind, own);
    if (document["has_more"] === false) return { kind: "not_done" };
    after = wordAt(data.at(-1), "id");
    if (after === undefined) return { kind: "unknown" };
  }
  return { kind: "unknown" };
};

/** Looks whether an object is in the state that an act was to bring it to. */
export const findChanged = async (
  { kind, objectId, session, changed }: StripeTarget & { readonly made: false },
  io: VendorIo,
): Promise<LookUpOf<VendorObject>> => {
  const request = await stripeRequest((stripe) =>
    session
      ? stripe.checkout.sessions.retrieve(objectId)
      : stripe.paymentIntents.retrieve(objectId, { expand: ["latest_charge"] }),
  );
  const { document } = await askStripeFor(request, session ? "checkout.session" : "payment_intent", io);
  const status = wordAt(document, "status");
  if (status === undefined) return { kind: "unknown" };
  return changed.has(status) ? found(kind, document) : { kind: "not_done" };
};
