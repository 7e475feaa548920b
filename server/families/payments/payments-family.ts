import type { CallContext } from "../../contracts/call-context.ts";
import { toVendorUnits, type Inexact } from "../../contracts/payments/convert-money.ts";
import type { Amount, PaymentActKind } from "../../contracts/payments/payment-act.ts";
import type { PaymentsVendor, Unable } from "../../contracts/payments/payments-vendor.ts";
import type { VendorObject } from "../../contracts/payments/vendor-objects.ts";
import type { CredentialRef } from "../../domain/credentials/index.ts";
import { paymentPriceName, type PriceSet } from "../../domain/pricing/index.ts";
import type { VendorQuestion, VendorRoute } from "../../domain/routing/index.ts";
import { NexusError } from "../../errors.ts";
import type { Acts, ActTarget, Family } from "../family.ts";
import type { ToldAmount } from "./amounts-of-act.ts";
import type { PaymentPin, PaymentPlace, PaymentsRequest } from "./payments-request.ts";
import { PaymentsRoute } from "./payments-route.ts";

/** What the family stands on. */
export interface PaymentsFamilyDeps {
  readonly vendorOf: (id: string) => PaymentsVendor | undefined;
  readonly chooseRoutes: (ctx: CallContext, question: VendorQuestion) => readonly VendorRoute<CredentialRef>[];
  /** All credentials with which something of the organization's can have been made, as they are now. */
  readonly credentialsOf: (organizationId: string, vendor: string) => readonly CredentialRef[];
  readonly priceSetOf: (organizationId: string, route: VendorRoute<CredentialRef>, name: string) => PriceSet | null;
}

const inexact: Readonly<Record<Inexact, (currency: string, vendor: string) => string>> = {
  currency: (currency, vendor) => `a currency that ${vendor} takes, which ${currency} is not`,
  remainder: (currency, vendor) => `a whole amount of what ${vendor} counts ${currency} in`,
  multiple: (currency, vendor) => `an amount of ${currency} that ${vendor} takes: its last digits must be 0`,
};

const refusal = (reason: Inexact, { field, of: { currency } }: ToldAmount, vendor: string): NexusError =>
  new NexusError("INVALID_INPUT", {
    message: `${vendor} cannot be told this amount exactly; amounts are never rounded.`,
    issues: [{ field, expected: inexact[reason](currency, vendor) }],
    details: { kind: "unsupported_currency", vendor, currency },
  });

const unableTo = ({ field, expected }: Unable, vendor: string): NexusError =>
  new NexusError("INVALID_INPUT", {
    message: `${vendor} cannot do this.`,
    issues: [{ field, expected: `${expected}, with ${vendor}` }],
    details: { kind: "unsupported_by_provider", vendor },
  });

/** Operations are named after their acts: `payments.refund.create`. */
export const actKindOf = ({ operation }: Pick<ActTarget, "operation">): PaymentActKind => {
  const kind = operation.slice("payments.".length);
  // The register of vendors and the contract name the same acts; `acts` is asked with what the contract declared.
  return kind as PaymentActKind;
};

/** Why a vendor is not asked: what it cannot do, or an amount that it cannot be told. */
const refusalOf = (
  payments: PaymentsVendor,
  vendor: string,
  { fee, amounts = [], unable }: Pick<PaymentsRequest, "fee" | "amounts" | "unable">,
): NexusError | undefined => {
  const lacking = unable?.(payments);
  if (lacking !== undefined) return unableTo(lacking, vendor);
  for (const told of fee === undefined ? amounts : [{ field: "amount", of: fee }, ...amounts]) {
    const converted = toVendorUnits(told.of.amount, told.of.currency, payments.currencies);
    if ("refused" in converted) return refusal(converted.refused, told, vendor);
  }
  return undefined;
};

/** Vendors take a fee of payments, and nothing for what is done with them. */
const isFeeBearing = (kind: PaymentActKind): boolean => kind === "checkout.create" || kind === "order.create";

const encode = (result: VendorObject): Uint8Array => Buffer.from(JSON.stringify(result));

/** Payments: checkouts, orders, captures, refunds. */
export const createPaymentsFamily = (deps: PaymentsFamilyDeps): Family<PaymentsRequest> => {
  const vendorOf = (id: string): PaymentsVendor => {
    const vendor = deps.vendorOf(id);
    if (vendor !== undefined) return vendor;
    throw new NexusError("INTERNAL", { cause: new Error(`no payment vendor ${id}`) });
  };

  const feeAt = (
    organizationId: string,
    route: VendorRoute<CredentialRef>,
    of: Amount | undefined,
  ): ConstructorParameters<typeof PaymentsRoute>[0]["fee"] =>
    of === undefined
      ? undefined
      : { of, prices: deps.priceSetOf(organizationId, route, paymentPriceName(of.currency)) };

  const lacks = (vendor: string, missing: string): NexusError =>
    new NexusError("CAPABILITY_MISSING", {
      message: `${vendor} cannot do ${missing}.`,
      details: { vendor, missing },
    });

  const pinned = (
    { organizationId }: CallContext,
    { pin: { vendor, credentialId }, can }: Extract<PaymentPlace, { readonly pin: PaymentPin }>,
    { fee, amounts, unable, operation }: Omit<PaymentsRequest, "place" | "identity">,
  ): PaymentsRoute => {
    const credential = deps.credentialsOf(organizationId, vendor).find(({ id }) => id === credentialId);
    if (credential === undefined)
      throw new NexusError("CREDENTIAL_MISSING", {
        message: `The ${vendor} account that has it cannot be reached: its credential is gone. No other account is asked.`,
        details: { kind: "credential_unavailable", vendor },
      });
    const payments = vendorOf(vendor);
    if (operation.effect === "act" && !payments.acts.has(actKindOf({ operation: operation.id })))
      throw lacks(vendor, operation.id);
    if (can !== undefined && payments[can] === undefined) throw lacks(vendor, operation.id);
    const refused = refusalOf(payments, vendor, { fee, amounts, unable });
    if (refused !== undefined) throw refused;
    return new PaymentsRoute({ vendor, payments, credential, fee: feeAt(organizationId, { vendor, credential }, fee) });
  };

  const holders = (
    { organizationId }: CallContext,
    { accountsAt: vendor, can }: Extract<PaymentPlace, { readonly accountsAt: string }>,
    operation: string,
    unable: PaymentsRequest["unable"],
  ): readonly PaymentsRoute[] => {
    const payments = deps.vendorOf(vendor);
    if (payments === undefined)
      throw new NexusError("INVALID_INPUT", { issues: [{ field: "provider", expected: "a vendor of payments" }] });
    if (payments[can] === undefined) throw lacks(vendor, operation);
    const refused = refusalOf(payments, vendor, { fee: undefined, unable });
    if (refused !== undefined) throw refused;
    const credentials = deps.credentialsOf(organizationId, vendor);
    if (credentials.length === 0)
      throw new NexusError("CREDENTIAL_MISSING", {
        message: `The organization has no account at ${vendor}.`,
        details: { vendor },
      });
    return credentials.map((credential) => new PaymentsRoute({ vendor, payments, credential, fee: undefined }));
  };

  const chosen = (
    ctx: CallContext,
    question: VendorQuestion,
    { fee, amounts, unable }: Pick<PaymentsRequest, "fee" | "amounts" | "unable">,
  ): readonly PaymentsRoute[] => {
    let reason: NexusError | undefined;
    const isUnable = (vendor: string): boolean => {
      const found = refusalOf(vendorOf(vendor), vendor, { fee, amounts, unable });
      reason ??= found;
      return found !== undefined;
    };
    const routes = deps.chooseRoutes(ctx, { ...question, isUnable }).map(
      (route) =>
        new PaymentsRoute({
          ...route,
          payments: vendorOf(route.vendor),
          fee: feeAt(ctx.organizationId, route, fee),
        }),
    );
    if (routes.length === 0 && reason !== undefined) throw reason;
    return routes;
  };

  const acts: Acts = {
    rulesOf: (target) => vendorOf(target.vendor).rulesOf(actKindOf(target)),
    send: async ({ vendor }, bytes, io) => {
      const answered = await vendorOf(vendor).send(bytes, io);
      return { ...answered, result: encode(answered.result) };
    },
    bookingOf: (target, mostNanos, { vendorCostNanos }) => {
      if (!isFeeBearing(actKindOf(target))) return { costNanos: 0n, source: "provider" };
      return vendorCostNanos === undefined
        ? { costNanos: mostNanos, source: "estimated" }
        : { costNanos: vendorCostNanos, source: "provider" };
    },
    cancel: async ({ vendor }, providerKey, io) => {
      const { cancelByKey } = vendorOf(vendor);
      if (cancelByKey === undefined)
        throw new NexusError("INTERNAL", { cause: new Error(`${vendor} cancels no keys`) });
      await cancelByKey(providerKey, io);
    },
    lookUp: async ({ vendor }, io, bytes) => {
      const found = await vendorOf(vendor).lookUp(bytes, io);
      return found.kind === "done" ? { ...found, result: encode(found.result) } : found;
    },
  };

  return {
    rateCost: () => 0,
    rateUsed: () => 0,
    routes: async (ctx, { place, ...request }) => {
      if ("pin" in place) return [pinned(ctx, place, request)];
      return "question" in place
        ? chosen(ctx, place.question, request)
        : holders(ctx, place, request.operation.id, request.unable);
    },
    identityOf: ({ identity }) => identity,
    acts,
  };
};
