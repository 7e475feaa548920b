import type { z } from "zod";
import type { CreateCustomerInput, CreatePortalInput, CustomerOfInput } from "../../contracts/payments/billing.ts";
import { payments } from "../../contracts/payments.ts";
import type { CustomerAnswer, CustomerView, PortalAnswer } from "../../contracts/payments/answers.ts";
import type { CreateCustomer, CreatePortal } from "../../contracts/payments/payment-act.ts";
import { paymentsActRequest } from "../../families/payments/index.ts";
import type { ProcedureContext } from "../trpc/init.ts";
import { lookAt, seenOf } from "./ask-vendor.ts";
import { identityOf } from "./identity-of.ts";
import { findCustomer } from "./own-objects.ts";
import { requireReturnUrls } from "./return-urls.ts";
import { actedOf, dryRunOf, runAct } from "./run-act.ts";

/** Makes a customer at a vendor. */
export const createCustomer = async (
  ctx: ProcedureContext,
  input: CreateCustomerInput,
): Promise<z.infer<typeof CustomerAnswer>> => {
  const { email, name, metadata = {}, provider, credentialPolicy } = input;
  const { organizationId, appId } = ctx.call;
  const act: CreateCustomer = {
    kind: "customer.create",
    email,
    name,
    metadata,
    attribution: { organizationId, appId },
  };
  const request = paymentsActRequest({
    operation: payments.createCustomer,
    place: { question: { operation: payments.createCustomer.id, provider, credentialPolicy } },
    fee: undefined,
    identity: identityOf(input),
    act,
    claim: () => Promise.resolve(),
  });
  if (input.dryRun === true) return dryRunOf(ctx, request, act);
  const {
    object: { madeFor: _, ...customer },
    reply,
  } = await runAct(ctx, "customer", request);
  return { ...customer, ...actedOf(reply), customerId: customer.providerObjectId };
};

/** Reads a customer at its vendor. */
export const getCustomer = async (
  ctx: ProcedureContext,
  { provider, customerId }: z.infer<typeof CustomerOfInput>,
): Promise<CustomerView> => {
  const { object, pin } = await findCustomer(ctx, { operation: payments.getCustomer, provider, id: customerId });
  const { madeFor: _, ...customer } = object;
  return { ...customer, customerId, provider: pin.vendor };
};

/** Opens the page on which a customer looks after what is paid regularly. */
export const createPortal = async (
  ctx: ProcedureContext,
  input: CreatePortalInput,
): Promise<z.infer<typeof PortalAnswer>> => {
  const { provider, customer: customerId, returnUrl, dryRun = false } = input;
  requireReturnUrls(ctx, { returnUrl });
  const look = dryRun
    ? undefined
    : await lookAt(() => findCustomer(ctx, { operation: payments.createPortal, provider, id: customerId }));
  const act: CreatePortal = { kind: "portal.create", customerId, returnUrl };
  const request = paymentsActRequest({
    operation: payments.createPortal,
    place:
      look !== undefined && "seen" in look
        ? { pin: look.seen.pin }
        : { question: { operation: payments.createPortal.id, provider } },
    fee: undefined,
    identity: identityOf(input),
    act,
    claim: async () => {
      if (look !== undefined) seenOf(look);
    },
  });
  if (dryRun) return dryRunOf(ctx, request, act);
  const { object, reply } = await runAct(ctx, "portal", request);
  return { ...object, ...actedOf(reply), customerId };
};
