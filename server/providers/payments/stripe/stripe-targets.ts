import type { VendorObject } from "../../../contracts/payments/vendor-objects.ts";
import type { JsonRecord } from "../../_wire/json.ts";
import { checkoutOf, orderOf, refundOf, sessionOrderOf } from "./stripe-objects.ts";
import type { KeptAct } from "./stripe-request.ts";

/** What a kept request makes or changes; read off its address and its kind, so that any process can go on with it. */
export type StripeTarget = {
  readonly kind: VendorObject["kind"];
  /** A checkout session, whatever it stands for. */
  readonly session: boolean;
} & (
  | { readonly made: true }
  /** `changed`: the states in which it is done. */
  | { readonly made: false; readonly objectId: string; readonly changed: ReadonlySet<string> }
);

const sessionPath = /^\/v1\/checkout\/sessions(?:\/(cs_\w+)\/expire)?$/;
const intentPath = /^\/v1\/payment_intents(?:\/(pi_\w+)\/(capture|cancel))?$/;

export const stripeTargetOf = ({ makes: kind, request }: KeptAct): StripeTarget => {
  const session = sessionPath.exec(request.path);
  if (session) {
    const [, objectId] = session;
    return objectId === undefined
      ? { kind, session: true, made: true }
      : { kind, session: true, made: false, objectId, changed: new Set(["expired"]) };
  }
  const intent = intentPath.exec(request.path);
  if (intent) {
    const [, objectId, verb] = intent;
    if (objectId === undefined) return { kind, session: false, made: true };
    const changed = new Set([verb === "cancel" ? "canceled" : "succeeded"]);
    return { kind, session: false, made: false, objectId, changed };
  }
  if (request.path === "/v1/refunds") return { kind, session: false, made: true };
  throw new Error(`no act of ours: ${request.path}`);
};

/** A document as the object that it stands for. */
export const vendorObjectOf = (kind: VendorObject["kind"], document: JsonRecord): VendorObject => {
  if (kind === "checkout") return { kind, ...checkoutOf(document) };
  if (kind === "refund") return { kind, ...refundOf(document) };
  return { kind, ...(document["object"] === "checkout.session" ? sessionOrderOf(document) : orderOf(document)) };
};

/** What Stripe calls the object that a request is answered by. */
export const answeredBy = ({ kind, session }: StripeTarget): string =>
  session ? "checkout.session" : kind === "refund" ? "refund" : "payment_intent";
