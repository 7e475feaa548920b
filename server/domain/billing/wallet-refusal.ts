import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { formatUsd } from "../../platform/format-usd.ts";
import { selectCustomers } from "./store-customers.ts";

type Why = "wallet_empty" | "customer_unknown" | "customer_blocked";

/** How an app lets a customer pay. */
const topUpHint = ({ appId, customerId }: Pick<CallContext, "appId" | "customerId">) => ({
  procedure: "wallets.topUp",
  method: "POST",
  path: `/api/customers/${encodeURIComponent(customerId ?? "")}/top-ups`,
  appId,
});

/** Says why a customer's wallet does not pay for a call, and how it can be topped up. */
export const walletRefusal = async (
  deps: Pick<Deps, "db" | "log">,
  ctx: CallContext,
  why: Why,
  neededNanos: bigint,
): Promise<NexusError> => {
  const { organizationId, appId, customerId } = ctx;
  const details = { customerId };
  if (why === "customer_unknown")
    return new NexusError("CUSTOMER_UNKNOWN", {
      message: `The app has no customer ${customerId}: create it first.`,
      effect: "none",
      details,
    });
  if (why === "customer_blocked") return new NexusError("CUSTOMER_BLOCKED", { effect: "none", details });
  // That there is no room is known; how much there is can be told another time.
  const [row] = await selectCustomers(deps.db.pool, { organizationId, appId, customerId, limit: 1 }).catch(
    (error: unknown) => {
      deps.log.warn({ err: error }, "the wallet that refused a call cannot be read just now");
      return [];
    },
  );
  const balance = row && BigInt(row.credit) - BigInt(row.spent) - BigInt(row.held);
  const has =
    balance === undefined
      ? ""
      : ` It has ${formatUsd(balance)} USD, and ${formatUsd(BigInt(row?.held ?? 0))} USD are held.`;
  return new NexusError("WALLET_EMPTY", {
    message: `The wallet of customer ${customerId} has no room for this call, which may cost ${formatUsd(neededNanos)} USD before markup.${has} Top it up.`,
    effect: "none",
    details: {
      ...details,
      ...(balance === undefined ? {} : { balanceNanos: balance.toString(), heldNanos: row?.held }),
      neededNanoUsd: neededNanos.toString(),
      topUp: topUpHint(ctx),
    },
  });
};
