import type { LookUpOf } from "../../../contracts/act-rules.ts";
import type { VendorObject } from "../../../contracts/payments/vendor-objects.ts";
import { wordAt, type JsonRecord } from "../../_wire/json.ts";
import { metadataOf } from "./stripe-fields.ts";
import { changeKey } from "./stripe-marks.ts";
import {
  checkoutOf,
  customerOf,
  orderOf,
  portalOf,
  refundOf,
  sessionOrderOf,
  subscriptionOf,
} from "./stripe-objects.ts";
import { linkOf } from "./stripe-links.ts";
import type { KeptAct } from "./stripe-request.ts";

/** What Stripe calls the objects that our requests make or change. */
export type StripeObjectName =
  | "checkout.session"
  | "payment_intent"
  | "refund"
  | "customer"
  | "billing_portal.session"
  | "subscription"
  | "payment_link";

/** Whether an object shows that an operation has changed it. */
type Judge = (document: JsonRecord, operationId: string) => LookUpOf<unknown>["kind"];

/** What a kept request makes or changes; read off its address and its kind, so that any process can go on with it. */
export type StripeTarget = {
  readonly kind: VendorObject["kind"];
  readonly object: StripeObjectName;
} & ({ readonly made: true } | { readonly made: false; readonly objectId: string; readonly judge: Judge });

/** An act that leads to a state of its own is done where the object is in it. */
const inState =
  (...states: readonly string[]): Judge =>
  (document) => {
    const status = wordAt(document, "status");
    if (status === undefined) return "unknown";
    return states.includes(status) ? "done" : "not_done";
  };

/** Ids grow with time: a later change of ours writes over the mark of an earlier one, whose outcome it hides. */
const markedBy: Judge = (document, operationId) => {
  const by = metadataOf(document)[changeKey];
  if (by === operationId) return "done";
  return by === undefined || by < operationId ? "not_done" : "unknown";
};

const isClosed: Judge = ({ active }) => (typeof active === "boolean" ? (active ? "not_done" : "done") : "unknown");

interface Address {
  readonly path: RegExp;
  readonly object: StripeObjectName;
  readonly judge?: (verb: string | undefined) => Judge;
}

const addresses: readonly Address[] = [
  {
    path: /^POST \/v1\/checkout\/sessions(?:\/(cs_\w+)\/expire)?$/,
    object: "checkout.session",
    judge: () => inState("expired"),
  },
  {
    path: /^POST \/v1\/payment_intents(?:\/(pi_\w+)\/(capture|cancel))?$/,
    object: "payment_intent",
    judge: (verb) => inState(verb === "cancel" ? "canceled" : "succeeded"),
  },
  { path: /^POST \/v1\/refunds$/, object: "refund" },
  { path: /^POST \/v1\/payment_links(?:\/(plink_\w+))?$/, object: "payment_link", judge: () => isClosed },
  { path: /^POST \/v1\/customers$/, object: "customer" },
  { path: /^POST \/v1\/billing_portal\/sessions$/, object: "billing_portal.session" },
  { path: /^POST \/v1\/subscriptions\/(sub_\w+)$/, object: "subscription", judge: () => markedBy },
  {
    path: /^DELETE \/v1\/subscriptions\/(sub_\w+)(?:\?.*)?$/,
    object: "subscription",
    judge: () => inState("canceled", "incomplete_expired"),
  },
];

export const stripeTargetOf = ({ makes: kind, request }: KeptAct): StripeTarget => {
  const line = `${request.method} ${request.path}`;
  for (const { path, object, judge } of addresses) {
    const match = path.exec(line);
    if (match === null) continue;
    const [, objectId, verb] = match;
    if (objectId === undefined || judge === undefined) return { kind, object, made: true };
    return { kind, object, made: false, objectId, judge: judge(verb) };
  }
  throw new Error(`no act of ours: ${line}`);
};

/** A document as the object that it stands for. */
export const vendorObjectOf = (kind: VendorObject["kind"], document: JsonRecord): VendorObject => {
  switch (kind) {
    case "checkout":
      return { kind, ...checkoutOf(document) };
    case "order":
      return { kind, ...(document["object"] === "checkout.session" ? sessionOrderOf(document) : orderOf(document)) };
    case "refund":
      return { kind, ...refundOf(document) };
    case "customer":
      return { kind, ...customerOf(document) };
    case "portal":
      return { kind, ...portalOf(document) };
    case "subscription":
      return { kind, ...subscriptionOf(document) };
    case "link":
      return { kind, ...linkOf(document) };
  }
};
