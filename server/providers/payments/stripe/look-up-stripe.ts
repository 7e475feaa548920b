import type Stripe from "stripe";
import type { LookUpOf } from "../../../contracts/act-rules.ts";
import type { VendorObject } from "../../../contracts/payments/vendor-objects.ts";
import { nothingMetered, type VendorIo } from "../../../contracts/vendor-call.ts";
import { arrayAt, isRecord, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { askStripe, askStripeFor } from "./ask-stripe.ts";
import { vendorObjectOf, type StripeObjectName, type StripeTarget } from "./stripe-targets.ts";
import { contradicts } from "./contradicts.ts";
import { operationKey } from "./stripe-marks.ts";
import { metadataOf } from "./stripe-fields.ts";
import { linkExpand } from "./stripe-links.ts";
import { stripeRequest, type KeptAct } from "./stripe-request.ts";

const pageSize = 100;
/** What is older or further than this from the act cannot be its object. */
const aroundMs = 120_000;
const mostPages = 100;

/** When an operation was made: its id, a UUIDv7, begins with the milliseconds. */
const madeAt = (operationId: string): number => Number.parseInt(operationId.replaceAll("-", "").slice(0, 12), 16);

const nanosPerCent = 10_000_000n;

/** What Stripe took, where it tells that in dollars, is the bill itself. */
const feeOf = (object: VendorObject): { readonly vendorCostNanos?: bigint } => {
  const fee = object.kind === "checkout" || object.kind === "order" ? object.fee : null;
  return fee?.currency === "USD" ? { vendorCostNanos: BigInt(fee.amount) * nanosPerCent } : {};
};

const found = (act: KeptAct, { kind }: StripeTarget, document: JsonRecord): LookUpOf<VendorObject> => {
  const result = vendorObjectOf(kind, document);
  if (contradicts(act, result)) return { kind: "contradicted" };
  return { kind: "done", metered: { ...nothingMetered(wordAt(document, "id")), ...feeOf(result) }, result };
};

interface ListParams {
  readonly created: { readonly gte: number };
  readonly limit: number;
  readonly starting_after?: string;
}

/** What can be listed; all but links by when it was made. */
const lists = {
  "checkout.session": (stripe: Stripe, params: ListParams) => stripe.checkout.sessions.list(params),
  payment_intent: (stripe: Stripe, params: ListParams) => stripe.paymentIntents.list(params),
  refund: (stripe: Stripe, params: ListParams) => stripe.refunds.list(params),
  customer: (stripe: Stripe, params: ListParams) => stripe.customers.list(params),
  // A link does not say when it was made: all of them are looked through, newest first.
  payment_link: (stripe: Stripe, { limit, starting_after }: ListParams) =>
    stripe.paymentLinks.list({
      limit,
      ...(starting_after === undefined ? {} : { starting_after }),
      expand: linkExpand.map((path) => `data.${path}`),
    }),
} as const;

const isListed = (object: StripeObjectName): object is keyof typeof lists => Object.hasOwn(lists, object);

const pageOf = async (
  list: keyof typeof lists,
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
  const request = await stripeRequest((stripe) => lists[list](stripe, params));
  return (await askStripe(request, io)).document;
};

/**
 * Looks for what an operation made: lists what was made since, newest first, and compares what was written onto it. Stripe's
 * search would be faster and shows things late; lists show them at once (https://docs.stripe.com/search#data-freshness).
 */
export const findMade = async (
  act: KeptAct,
  target: StripeTarget & { readonly made: true },
  io: VendorIo,
): Promise<LookUpOf<VendorObject>> => {
  const { object: list } = target;
  // A page of the portal is on no list. One whose address came to nobody does nothing: it is as good as none.
  if (!isListed(list)) return { kind: "not_done" };
  let after: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const document = await pageOf(list, io.operationId, after, io);
    const data = arrayAt(document, "data").filter(isRecord);
    const own = data.find((one) => metadataOf(one)[operationKey] === io.operationId);
    if (own !== undefined) return found(act, target, own);
    if (document["has_more"] === false) return { kind: "not_done" };
    after = wordAt(data.at(-1), "id");
    if (after === undefined) return { kind: "unknown" };
  }
  return { kind: "unknown" };
};

/** Looks whether an object is in the state that an act was to bring it to. */
export const findChanged = async (
  act: KeptAct,
  target: StripeTarget & { readonly made: false },
  io: VendorIo,
): Promise<LookUpOf<VendorObject>> => {
  const { object, objectId, judge } = target;
  const request = await stripeRequest((stripe) =>
    object === "checkout.session"
      ? stripe.checkout.sessions.retrieve(objectId)
      : object === "subscription"
        ? stripe.subscriptions.retrieve(objectId)
        : object === "payment_link"
          ? stripe.paymentLinks.retrieve(objectId, { expand: linkExpand })
          : stripe.paymentIntents.retrieve(objectId, { expand: ["latest_charge"] }),
  );
  const { document } = await askStripeFor(request, object, io);
  const state = judge(document, io.operationId);
  return state === "done" ? found(act, target, document) : { kind: state };
};
