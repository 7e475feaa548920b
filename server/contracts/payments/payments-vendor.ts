import type { ActIdentity, ActRules, LookUpOf } from "../act-rules.ts";
import type { Answered, VendorIo } from "../vendor-call.ts";
import type { CurrencyRules } from "./convert-money.ts";
import type { KeptPrice, PaymentAct, PaymentActKind } from "./payment-act.ts";
import type {
  VendorCheckout,
  VendorCustomer,
  VendorDispute,
  VendorInvoice,
  VendorLink,
  VendorObject,
  VendorOrder,
  VendorRefund,
  VendorSubscription,
} from "./vendor-objects.ts";

/** A request as a dry run shows it: all of it but the secret. */
export interface ShownRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A refund as the vendor lists it beside its payment. */
export interface ListedRefund extends VendorRefund {
  /** The operation of ours that made it; undefined where none did. */
  readonly operationId: string | undefined;
}

/** A payment of an order or a checkout, by the vendor's ids of both. */
export interface PaidObject {
  readonly objectId: string;
  readonly paymentId: string;
}

/** What of a request a vendor has no way to do. */
export interface Unable {
  readonly field: string;
  readonly expected: string;
}

/** Which subscriptions of a customer are listed, newest first. */
export interface SubscriptionQuery {
  readonly customerId: string;
  readonly status: VendorSubscription["status"] | undefined;
  readonly limit: number;
  /** The last one of the page before. */
  readonly after: string | undefined;
}

/** Which invoices are listed, newest first. */
export interface InvoiceQuery {
  /** Undefined: those of the whole account. */
  readonly customerId: string | undefined;
  readonly status: VendorInvoice["status"] | undefined;
  readonly limit: number;
  /** `next` of the page before. */
  readonly after: string | undefined;
}

/** A page of a list. */
export interface VendorPage<T> {
  readonly data: readonly T[];
  /** By what the next page is asked for; null at the end. */
  readonly next: string | null;
}

/** What a customer has used, for a meter that a vendor bills by. */
export interface MeterUsage {
  /** Counts once at the vendor, for as long as it remembers. */
  readonly identifier: string;
  /** The event that the meter sums up. */
  readonly eventName: string;
  readonly customerId: string;
  /** Whole units; below zero where it corrects what was told before. */
  readonly value: bigint;
  readonly at: Date;
}

/** Everything that is asked of a payment vendor. It is given amounts in ISO minor units, and refuses what it cannot say exactly. */
export interface PaymentsVendor {
  readonly acts: ReadonlySet<PaymentActKind>;
  readonly currencies: CurrencyRules;
  /** What of an act it cannot do, though it can do acts of the kind: another vendor is asked then, before anything is sent. */
  readonly unable?: (act: PaymentAct) => Unable | undefined;
  readonly rulesOf: (kind: PaymentActKind) => ActRules;
  /** The exact request, without the secret. */
  readonly prepare: (act: PaymentAct, identity: ActIdentity) => Promise<Uint8Array>;
  readonly show: (bytes: Uint8Array) => ShownRequest;
  readonly send: (bytes: Uint8Array, io: VendorIo) => Promise<Answered<VendorObject>>;
  /** What became of a request that was sent: by our operation id, or by the object that it changes. */
  readonly lookUp: (bytes: Uint8Array, io: VendorIo) => Promise<LookUpOf<VendorObject>>;
  /** Takes back what was made under a key, of acts whose rules say so; success also says that nothing was. */
  readonly cancelByKey?: (providerKey: string, io: VendorIo) => Promise<void>;
  readonly readCheckout: (objectId: string, io: VendorIo) => Promise<VendorCheckout>;
  readonly readOrder: (objectId: string, io: VendorIo) => Promise<VendorOrder>;
  readonly readRefund: (objectId: string, io: VendorIo) => Promise<VendorRefund>;
  readonly listRefunds: (paid: PaidObject, io: VendorIo) => Promise<readonly ListedRefund[]>;
  /** Undefined: it keeps no customers that could be read. */
  readonly readCustomer?: (objectId: string, io: VendorIo) => Promise<VendorCustomer>;
  /** Undefined: it keeps no subscriptions that could be read. */
  readonly readSubscription?: (objectId: string, io: VendorIo) => Promise<VendorSubscription>;
  /** Undefined: it does not list subscriptions by customer. */
  readonly listSubscriptions?: (query: SubscriptionQuery, io: VendorIo) => Promise<VendorPage<VendorSubscription>>;
  /** Undefined: it has no meters. */
  readonly tellUsage?: (usage: MeterUsage, io: VendorIo) => Promise<void>;
  /** Undefined: it has no payment links, no invoices, or no disputes that could be read. */
  readonly readLink?: (objectId: string, io: VendorIo) => Promise<VendorLink>;
  readonly readInvoice?: (objectId: string, io: VendorIo) => Promise<VendorInvoice>;
  readonly listInvoices?: (query: InvoiceQuery, io: VendorIo) => Promise<VendorPage<VendorInvoice>>;
  /** What of a question about invoices it cannot answer, though it lists them. */
  readonly unableToList?: (query: Omit<InvoiceQuery, "limit" | "after">) => Unable | undefined;
  readonly readDispute?: (objectId: string, io: VendorIo) => Promise<VendorDispute>;
  /** All of one payment. */
  readonly listDisputes?: (paid: PaidObject, io: VendorIo) => Promise<readonly VendorDispute[]>;
  /** Whether an id is of the form of its prices. */
  readonly isPriceId: (id: string) => boolean;
  /** Undefined where its amount is not fixed. Left out: it keeps no prices. */
  readonly readPrice?: (priceId: string, io: VendorIo) => Promise<KeptPrice | undefined>;
}
