import { providers } from "../providers/index.ts";
import type { BatchFollowerDeps } from "../transport/batches/index.ts";
import type { RuntimeState } from "./open-runtime-state.ts";

/** The vendors of batches, and the prices under which each was begun. */
export const batchFollowing = (
  runtime: Pick<RuntimeState, "prices">,
): Pick<BatchFollowerDeps, "vendorOf" | "priceSetOf"> => ({
  vendorOf: (id) => providers.get(id)?.ai,
  priceSetOf: ({ credentialTier, ...question }) =>
    runtime.prices.current().priceSet({ ...question, own: credentialTier === "byok" }),
});
