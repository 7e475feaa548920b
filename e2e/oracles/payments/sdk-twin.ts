import type { PaymentAct, PaymentActKind } from "../../../server/contracts/payments/payment-act.ts";
import type { PaymentsVendor } from "../../../server/contracts/payments/payments-vendor.ts";
import type { VendorIo } from "../../../server/contracts/vendor-call.ts";
import { operationId, providerKey } from "../../../test/adapter-io.ts";

export const attribution = { organizationId: "org_a", appId: "srv_shop" };
/** As they are written onto an object that keeps names with values. */
export const marks = {
  nexus_operation_id: operationId,
  nexus_organization_id: "org_a",
  nexus_app_id: "srv_shop",
};

type Reader = Exclude<Extract<keyof PaymentsVendor, `read${string}` | `list${string}` | "cancelByKey">, "readPrice">;
/** What of an adapter is compared: an act, what is asked to find out what became of one, or what it reads. */
export type Compared = PaymentActKind | `outcome of ${PaymentActKind}` | Reader;

/** A field in which a request of ours is not like the client's, and why. */
export interface SdkDifference {
  readonly field: string;
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
  readonly why: string;
}

/** One operation, in our words and in those of the vendor's own client. */
export interface SdkTwin {
  readonly name: string;
  readonly compares: Compared;
  readonly ours: (vendor: PaymentsVendor, io: VendorIo) => Promise<unknown>;
  /** The same requests in the same order. */
  readonly theirs: (origin: string) => Promise<unknown>;
  /** Of the first request, beside those that every one has. */
  readonly differences?: readonly SdkDifference[];
}

interface Asked {
  readonly method: string;
  readonly path: string;
}

interface Told {
  readonly status: number;
  readonly document?: object;
}

/** A vendor's own client beside our adapter. */
export interface SdkOracle {
  readonly vendor: PaymentsVendor;
  readonly credential: Readonly<Record<string, string>>;
  /** What of an address belongs to it, as our adapter is given it. */
  readonly basePath: string;
  /** The client speaks TLS alone. */
  readonly tls?: boolean;
  /** What its answers are; JSON where absent. */
  readonly contentType?: string;
  /** Headers of the client by which it tells what it is. */
  readonly clientHeaders: RegExp;
  /** A success for each request, as the vendor documents it. */
  readonly answer: (asked: Asked) => Told | undefined;
  readonly twins: readonly SdkTwin[];
  /** Of every request. */
  readonly differences: (request: Asked & { readonly hasBody: boolean }) => readonly SdkDifference[];
}

/** What a client is asked to send, once it is pointed at an origin. */
export const askedOf =
  <C>(clientAt: (origin: string) => C) =>
  (run: (client: C) => Promise<unknown>) =>
  (origin: string): Promise<unknown> =>
    run(clientAt(origin));

type Theirs = SdkTwin["theirs"];
type More = Pick<SdkTwin, "differences"> & { readonly name?: string };

const keptOf = (vendor: PaymentsVendor, act: PaymentAct) => vendor.prepare(act, { operationId, providerKey });

/** An act that is carried out. */
export const actTwin = (act: PaymentAct, theirs: Theirs, { name = act.kind, ...more }: More = {}): SdkTwin => ({
  name,
  compares: act.kind,
  ours: async (vendor, io) => vendor.send(await keptOf(vendor, act), io),
  theirs,
  ...more,
});

/** What became of an act. */
export const outcomeTwin = (act: PaymentAct, theirs: Theirs, { name, ...more }: More = {}): SdkTwin => ({
  name: `what became of ${name ?? act.kind}`,
  compares: `outcome of ${act.kind}`,
  ours: async (vendor, io) => vendor.lookUp(await keptOf(vendor, act), io),
  theirs,
  ...more,
});

/** Something that is read. */
export const readTwin = (
  compares: Reader,
  ours: SdkTwin["ours"],
  theirs: Theirs,
  { name = compares, ...more }: More = {},
): SdkTwin => ({ name, compares, ours, theirs, ...more });

/** Acts that several vendors are asked for. */
const creation = { reference: "ref-1", metadata: {}, attribution, cancelUrl: undefined };
export const returnUrl = "https://shop.example/paid";

export const orderAct = {
  kind: "order.create",
  ...creation,
  amount: 10_000n,
  currency: "USD",
  description: "Chairs",
  capture: "auto",
  returnUrl,
  customerEmail: "payer@example.com",
} as const satisfies PaymentAct;

export const checkoutAct = {
  kind: "checkout.create",
  ...creation,
  mode: "payment",
  lines: [{ name: "Chairs", unit: { amount: 5_000n, currency: "USD" }, quantity: 2 }],
  customerId: undefined,
  customerEmail: "payer@example.com",
  successUrl: returnUrl,
  expiresAt: undefined,
} as const satisfies PaymentAct;

export const customerAct = {
  kind: "customer.create",
  email: "payer@example.com",
  name: "Ann Lee",
  metadata: {},
  attribution,
} as const satisfies PaymentAct;

export const refundAct = {
  kind: "refund.create",
  amount: 2_500n,
  currency: "USD",
  reason: "duplicate",
  attribution,
} as const;
