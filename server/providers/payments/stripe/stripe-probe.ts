import type { CredentialProbe } from "../../../contracts/credential-probe.ts";
import { ProviderError } from "../../../contracts/vendor-call.ts";
import { askStripe, unreadableAtStripe } from "./ask-stripe.ts";
import { apiVersion } from "./stripe-request.ts";

/** A restricted key may not read the balance, and still take payments: https://docs.stripe.com/keys/restricted-api-keys */
const isRestricted = (error: unknown): boolean => error instanceof ProviderError && error.failure.status === 403;

/** https://docs.stripe.com/api/balance/balance_retrieve */
export const stripeProbe: CredentialProbe = {
  asks: "reads the account's balance",
  ask: async (io) => {
    const headers = { accept: "application/json", "stripe-version": apiVersion };
    try {
      const { document } = await askStripe({ method: "GET", path: "/v1/balance", headers, body: "" }, io);
      if (document["object"] !== "balance") throw unreadableAtStripe(200);
      return { limited: false };
    } catch (error) {
      if (isRestricted(error)) return { limited: true };
      throw error;
    }
  },
};
