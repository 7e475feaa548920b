import { z } from "zod";
import { defineOperation } from "../operation.ts";
import {
  CustomerAnswer,
  CustomerView,
  PortalAnswer,
  SubscriptionAnswer,
  SubscriptionPage,
  SubscriptionView,
} from "./answers.ts";
import {
  CredentialPolicy,
  DryRunFlag,
  HolderName,
  Metadata,
  plainText,
  ProviderName,
  ProviderObjectId,
  ReturnUrl,
} from "./input-parts.ts";
import { Money } from "./money.ts";
import { SubscriptionStatus } from "./statuses.ts";

const customer = ProviderObjectId.describe("The vendor's id of a customer of yours");
const subscriptionOf = {
  provider: HolderName.describe("The vendor that charges it, period by period"),
  subscriptionId: ProviderObjectId,
};

export const CreateCustomerInput = z.strictObject({
  email: z.email().max(254),
  name: plainText(250).optional(),
  metadata: Metadata.optional(),
  provider: ProviderName,
  credentialPolicy: CredentialPolicy,
  dryRun: DryRunFlag,
});
export type CreateCustomerInput = z.infer<typeof CreateCustomerInput>;

export const CustomerOfInput = z.strictObject({
  provider: HolderName.describe("The vendor whose customer it is"),
  customerId: ProviderObjectId,
});

export const CreatePortalInput = z.strictObject({
  provider: HolderName.describe("The vendor whose page is opened"),
  customer,
  returnUrl: ReturnUrl,
  dryRun: DryRunFlag,
});
export type CreatePortalInput = z.infer<typeof CreatePortalInput>;

export const SubscriptionOfInput = z.strictObject(subscriptionOf);

export const ListSubscriptionsInput = z.strictObject({
  provider: HolderName.describe("The vendor whose subscriptions are listed"),
  customer,
  status: SubscriptionStatus.exclude(["unknown"]).optional().describe("All of them where absent"),
  limit: z.int().min(1).max(100).default(20),
  after: ProviderObjectId.optional().describe("`next` of the page before"),
});
export type ListSubscriptionsInput = z.infer<typeof ListSubscriptionsInput>;

export const UpdateSubscriptionInput = z
  .strictObject({
    ...subscriptionOf,
    itemId: ProviderObjectId.optional().describe("Which item changes; may be absent where there is one"),
    price: ProviderObjectId.optional().describe("The price that the item has from now on"),
    quantity: z.int().min(1).max(10_000).optional(),
    amount: Money.optional().describe("What is paid each time from now on, at vendors that keep no prices"),
    cancelAtPeriodEnd: z.boolean().optional().describe("false takes a cancellation back that has not come yet"),
    proration: z
      .enum(["next_invoice", "invoice_now", "none"])
      .optional()
      .describe(
        "How the rest of the period is set off: on the next invoice, on one of its own at once, or not at all; the vendor's own way where absent",
      ),
    returnUrl: ReturnUrl.optional().describe("Where the payer comes back to, where the vendor has the payer approve"),
    cancelUrl: ReturnUrl.optional(),
    dryRun: DryRunFlag,
  })
  .refine(
    ({ price, quantity, amount, cancelAtPeriodEnd }) =>
      [price, quantity, amount, cancelAtPeriodEnd].some((change) => change !== undefined),
    {
      path: ["price"],
      error: "a change: price, quantity, amount or cancelAtPeriodEnd",
    },
  )
  .refine(
    ({ itemId, price, quantity, amount }) =>
      itemId === undefined || [price, quantity, amount].some((change) => change !== undefined),
    { path: ["itemId"], error: "a price, a quantity or an amount for this item" },
  );
export type UpdateSubscriptionInput = z.infer<typeof UpdateSubscriptionInput>;

export const CancelSubscriptionInput = z
  .strictObject({
    ...subscriptionOf,
    at: z.enum(["now", "period_end"]).describe("period_end: what has been paid can be used to its end"),
    prorate: z.boolean().optional().describe("With now: what has been paid and not used is set off"),
    dryRun: DryRunFlag,
  })
  .refine(({ at, prorate }) => at === "now" || prorate === undefined, {
    path: ["prorate"],
    error: "absent, unless it is canceled now",
  });
export type CancelSubscriptionInput = z.infer<typeof CancelSubscriptionInput>;

const family = "payments";

/** Operations of customers and their subscriptions. */
export const billing = {
  createCustomer: defineOperation({
    id: "payments.customer.create",
    family,
    effect: "act",
    permission: "srv_nexus.payments:create",
    summary: "Make a customer at a vendor, for checkouts and subscriptions",
    input: CreateCustomerInput,
    output: CustomerAnswer,
  }),
  getCustomer: defineOperation({
    id: "payments.customer.get",
    family,
    effect: "read",
    permission: "srv_nexus.payments:read",
    summary: "Read a customer at its vendor",
    input: CustomerOfInput,
    output: CustomerView,
  }),
  createPortal: defineOperation({
    id: "payments.portal.create",
    family,
    effect: "act",
    permission: "srv_nexus.payments:create",
    summary: "Open the vendor's page on which a customer looks after cards, invoices and subscriptions",
    input: CreatePortalInput,
    output: PortalAnswer,
  }),
  getSubscription: defineOperation({
    id: "payments.subscription.get",
    family,
    effect: "read",
    permission: "srv_nexus.payments:read",
    summary: "Read a subscription by its vendor's id, as an app does that was told of it",
    input: SubscriptionOfInput,
    output: SubscriptionView,
  }),
  listSubscriptions: defineOperation({
    id: "payments.subscription.list",
    family,
    effect: "read",
    permission: "srv_nexus.payments:read",
    summary: "List the subscriptions of a customer",
    input: ListSubscriptionsInput,
    output: SubscriptionPage,
  }),
  updateSubscription: defineOperation({
    id: "payments.subscription.update",
    family,
    effect: "act",
    permission: "srv_nexus.payments:manage",
    summary: "Change the price or the quantity of a subscription, or whether it ends with its period",
    input: UpdateSubscriptionInput,
    output: SubscriptionAnswer,
  }),
  cancelSubscription: defineOperation({
    id: "payments.subscription.cancel",
    family,
    effect: "act",
    permission: "srv_nexus.payments:manage",
    summary: "Cancel a subscription, now or at the end of its period",
    input: CancelSubscriptionInput,
    output: SubscriptionAnswer,
  }),
} as const;
