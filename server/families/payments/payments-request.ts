import type { ActIdentity } from "../../contracts/act-rules.ts";
import type { Operation, OperationOf } from "../../contracts/operation.ts";
import type { Amount, PaymentAct } from "../../contracts/payments/payment-act.ts";
import type { PaymentsVendor, ShownRequest, Unable } from "../../contracts/payments/payments-vendor.ts";
import { VendorObject } from "../../contracts/payments/vendor-objects.ts";
import type { VendorIo } from "../../contracts/vendor-call.ts";
import type { VendorQuestion } from "../../domain/routing/index.ts";
import type { ActRequest, CallRequest, FreeRequest, Route } from "../family.ts";
import { amountsOfAct, type ToldAmount } from "./amounts-of-act.ts";
import { paymentsRouteOf } from "./payments-route.ts";

/** The account that has an object: nobody else is asked about it. */
export interface PaymentPin {
  readonly vendor: string;
  readonly credentialId: string;
}

/**
 * Where a request goes: to the account that has its object, to the vendor that is chosen, or to each account of the
 * organization at a vendor until one knows what is asked after.
 */
export type PaymentPlace =
  | { readonly pin: PaymentPin; readonly can?: keyof PaymentsVendor }
  | { readonly question: VendorQuestion }
  | { readonly accountsAt: string; readonly can: keyof PaymentsVendor };

/** What the family reads of a request. */
export interface PaymentsRequest extends CallRequest {
  readonly place: PaymentPlace;
  /** The payment whose fee is to be held; undefined where the vendor takes none. */
  readonly fee: Amount | undefined;
  /** What a vendor is told of amounts: one that cannot be told all of them exactly is not asked. */
  readonly amounts?: readonly ToldAmount[];
  /** What of it a vendor cannot do: another one is chosen then. */
  readonly unable?: (vendor: PaymentsVendor) => Unable | undefined;
  /** What makes two requests with one key the same: JSON-plain. */
  readonly identity: unknown;
}

interface ActOptions extends Omit<PaymentsRequest, "operation" | "unable" | "amounts"> {
  readonly operation: OperationOf<"act">;
  readonly act: PaymentAct;
  /** Refuses, or takes what may be taken once; durable before anything is sent. */
  readonly claim: (identity: ActIdentity) => Promise<void>;
}

/** A request to act, for the call path. */
export type PaymentsActRequest = PaymentsRequest & ActRequest<VendorObject>;

const bytesOf = (act: PaymentAct, route: Route, identity: ActIdentity): Promise<Uint8Array> =>
  paymentsRouteOf(route).payments.prepare(act, identity);

export const paymentsActRequest = ({ act, claim, ...request }: ActOptions): PaymentsActRequest => ({
  ...request,
  amounts: amountsOfAct(act),
  unable: (vendor) => vendor.unable?.(act),
  step: act.kind,
  prepare: async (route, identity) => {
    await claim(identity);
    return bytesOf(act, route, identity);
  },
  encode: (result) => Buffer.from(JSON.stringify(result)),
  decode: (bytes) => VendorObject.parse(JSON.parse(Buffer.from(bytes).toString("utf8"))),
});

/** The same request for a dry run: nothing is refused for what others have, and nothing is taken. */
export const withoutClaim = (request: PaymentsActRequest, act: PaymentAct): PaymentsActRequest => ({
  ...request,
  prepare: (route, identity) => bytesOf(act, route, identity),
});

/** A request as people are shown it. */
export const showRequest = (route: Route, bytes: Uint8Array): ShownRequest =>
  paymentsRouteOf(route).payments.show(bytes);

interface ReadOptions<A> {
  readonly operation: Operation;
  readonly place: PaymentPlace;
  readonly ask: (vendor: PaymentsVendor, io: VendorIo, route: Route) => Promise<A>;
  readonly known?: (route: Route) => A | undefined;
  readonly unable?: PaymentsRequest["unable"];
}

/** A question to a vendor that costs nothing. */
export const paymentsRead = <A>({
  operation,
  place,
  ask,
  known = () => undefined,
  unable = () => undefined,
}: ReadOptions<A>): PaymentsRequest & FreeRequest<A> => ({
  operation,
  place,
  fee: undefined,
  identity: undefined,
  unable,
  known,
  ask: (route, io) => ask(paymentsRouteOf(route).payments, io, route),
});
