import { z } from "zod";
import { payments } from "../../contracts/payments.ts";
import { MadeCheckoutAnswer } from "../../contracts/payments/answers.ts";
import {
  beginTopUp,
  requireTopUp,
  takeTopUp,
  TopUp,
  viewTopUp,
  type TopUpInput,
  type TopUpOfInput,
  type TopUpRow,
} from "../../domain/billing/index.ts";
import { NexusError } from "../../errors.ts";
import { createCheckout, seeCheckout } from "../payments/index.ts";
import type { ProcedureContext } from "../trpc/init.ts";

/** The top-up, and the page on which it is paid. */
export const TopUpOutput = z.object({ topUp: TopUp, checkout: MadeCheckoutAnswer });
export type TopUpOutput = z.infer<typeof TopUpOutput>;

const settled: ReadonlySet<string> = new Set(["captured", "partially_refunded", "refunded"]);

/** In the name of the customer's app, and paid for by nobody's wallet. */
const asApp = (ctx: ProcedureContext, appId: string): ProcedureContext => {
  const { customerId: _customer, ...call } = ctx.call;
  return { ...ctx, call: { ...call, appId } };
};

const returnTo = ({ deps }: ProcedureContext, appId: string): string => {
  const [origin] = deps.originsOf(appId);
  if (origin !== undefined) return `${origin}/`;
  throw new NexusError("INVALID_INPUT", {
    issues: [{ field: "successUrl", expected: "a page of the app: it has no registered origin" }],
  });
};

/** Makes a checkout with which a customer tops up its wallet. */
export const topUp = async (ctx: ProcedureContext, input: TopUpInput): Promise<TopUpOutput> => {
  const { management } = ctx.deps;
  const { idempotencyKey } = ctx.call;
  if (idempotencyKey === undefined)
    throw new NexusError("INVALID_INPUT", {
      issues: [{ field: "idempotency-key", expected: "1 to 255 visible ASCII characters" }],
    });
  const row = await beginTopUp(management, ctx.call, { ...input, key: idempotencyKey });
  const app = asApp(ctx, row.appId);
  const checkout = await createCheckout(app, {
    mode: "payment",
    reference: row.reference,
    lines: [{ name: input.description, amount: input.amount, quantity: 1 }],
    successUrl: input.successUrl ?? returnTo(ctx, row.appId),
    cancelUrl: input.cancelUrl,
    provider: input.provider,
    metadata: { customer: row.customerId },
  });
  return { topUp: viewTopUp(await requireTopUp(management, app.call, { topUpId: row.reference })), checkout };
};

/** Looks at a top-up's checkout at its vendor, and credits the wallet if it was paid. */
export const lookAtTopUp = async (ctx: ProcedureContext, row: TopUpRow): Promise<boolean> => {
  const { operationId, state } = row;
  if (operationId === null) return false;
  if (state === "released") return takeTopUp(ctx.deps.management, row, { paid: false, over: true, total: null });
  if (state !== "settled" && state !== "late") return false;
  const { payment, status, total } = await seeCheckout(
    asApp(ctx, row.appId),
    `chk_${operationId}`,
    payments.getCheckout,
  );
  return takeTopUp(ctx.deps.management, row, { paid: settled.has(payment), over: status === "expired", total });
};

/** A top-up as it is now: its checkout is looked at where it is still open. */
export const getTopUp = async (ctx: ProcedureContext, input: TopUpOfInput): Promise<TopUp> => {
  const { management } = ctx.deps;
  const row = await requireTopUp(management, ctx.call, input);
  if (row.creditedAt === null) await lookAtTopUp(ctx, row);
  return viewTopUp(await requireTopUp(management, ctx.call, input));
};
