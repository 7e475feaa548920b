/** What the campaign has done by the product, as its operations are named. */
export const familyOperations = [
  "email.send",
  "payments.checkout.create",
  "payments.order.create",
  "payments.order.capture",
  "payments.refund.create",
] as const;
export type FamilyOperation = (typeof familyOperations)[number];

/** Something that a vendor did, by its own record. */
export interface FamilyEffect {
  readonly vendor: string;
  readonly operation: FamilyOperation;
  /** The vendor's id of it; of a capture, the object that was captured. */
  readonly objectId: string;
  /** The idempotency key of the call that it was done for, as far as it is written onto it; a capture has nothing of its own. */
  readonly callKey: string | undefined;
  /** Of a mail, where the vendor takes one. */
  readonly messageId: string | null;
}

/** A payment as its vendor has it in the end, in minor units. */
export interface VendorPayment {
  readonly vendor: string;
  readonly objectId: string;
  readonly captured: bigint;
  readonly refunded: bigint;
}

/** A vendor that runs, with its own record of what it did. */
export interface FamilyVendorLine {
  readonly host: string;
  readonly port: number;
  /** Of the line to it, for a credential. */
  readonly baseUrlAt: (port: number) => string;
  readonly secret: Readonly<Record<string, string>>;
  readonly effects: () => Promise<readonly FamilyEffect[]>;
  readonly payments: () => readonly VendorPayment[];
  /** The payer does their part for an order. */
  readonly pay: (objectId: string) => void | Promise<void>;
  readonly close: () => Promise<void>;
}

/** Which fault meets a request: asked with the idempotency key that its caller gave, where the vendor can tell whose it is. */
export type FaultOf = (request: { readonly key: string | undefined }) => string | undefined;

/** What the campaign knows of a vendor: all that a further one needs to take part. */
export interface FamilyVendor {
  readonly id: string;
  readonly operations: readonly FamilyOperation[];
  /** Its payers approve orders on a page of its own, and have to be sent back. */
  readonly redirects?: boolean;
  /** What its form gives an app for an order that is to be captured later: no page of its own sets one aside. */
  readonly formToken?: string;
  /** By name; whether the vendor carries the request out all the same. */
  readonly faults: Readonly<Record<string, "yes" | "no" | "later">>;
  readonly open: (scene: OpenFamilyVendor) => Promise<FamilyVendorLine>;
}

interface OpenFamilyVendor {
  readonly faultOf: FaultOf;
  /** The idempotency key of the call that a vendor's key or an operation's id was made for. */
  readonly callOf: (mark: string | null) => string | undefined;
}
