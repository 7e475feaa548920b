import type { Amount } from "../../contracts/payments/payment-act.ts";
import type { Money } from "../../contracts/payments/money.ts";
import { NexusError } from "../../errors.ts";
import type { SpendingRule } from "./spending-rules.ts";
import type { SpendingPolicyRow } from "./store.ts";

interface Denial {
  readonly policy: SpendingPolicyRow;
  readonly rule: SpendingRule;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A refusal by a policy; it names the rule and whose it is. */
export const policyDenied = ({ policy: { appId }, rule, message, details }: Denial): NexusError =>
  new NexusError("POLICY_DENIED", {
    message: `${message} An administrator of the organization decides about that.`,
    details: { kind: "policy_denied", rule, scope: appId === "" ? "organization" : appId, ...details },
  });

/** The limit for a currency; null where there are limits and none for it, undefined where there are none at all. */
export const limitFor = (limits: readonly Money[] | undefined, currency: string): bigint | null | undefined => {
  if (limits === undefined) return undefined;
  const found = limits.find((limit) => limit.currency === currency);
  return found === undefined ? null : BigInt(found.amount);
};

/** Throws where a payment or refund of an amount is not allowed, whatever else was paid. */
export const requirePayable = (policies: readonly SpendingPolicyRow[], { amount, currency }: Amount): void => {
  for (const policy of policies) {
    const { currencies, largestPayment } = policy.rules;
    if (currencies?.includes(currency) === false)
      throw policyDenied({
        policy,
        rule: "currencies",
        message: `Payments in ${currency} are not allowed here: only in ${currencies.join(", ") || "no currency"}.`,
      });
    const largest = limitFor(largestPayment, currency);
    if (largest === undefined || (largest !== null && amount <= largest)) continue;
    throw policyDenied({
      policy,
      rule: "largestPayment",
      message: `A payment may come to at most ${largest ?? 0n} minor units of ${currency}.`,
      details: { limit: (largest ?? 0n).toString(), currency },
    });
  }
};

/** Whether a payment or refund of an amount waits for a person. */
export const needsApproval = (policies: readonly SpendingPolicyRow[], { amount, currency }: Amount): boolean =>
  policies.some(({ rules }) => {
    const above = limitFor(rules.approvalAbove, currency);
    return above !== undefined && amount > (above ?? 0n);
  });

const isBelow = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`);

/** Throws where mail to an address is not allowed. */
export const requireRecipients = (policies: readonly SpendingPolicyRow[], addresses: readonly string[]): void => {
  for (const policy of policies) {
    const { recipientDomains } = policy.rules;
    if (recipientDomains === undefined) continue;
    const outside = addresses.find((address) => {
      const host = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
      return !recipientDomains.some((domain) => isBelow(host, domain));
    });
    if (outside !== undefined)
      throw policyDenied({
        policy,
        rule: "recipientDomains",
        message: `Mail goes to addresses at ${recipientDomains.join(", ") || "no domain"} alone.`,
      });
  }
};
