import type { NexusOperations } from "../operations.ts";
import { nexusRefusal } from "./refusal.ts";
import type { TestCallFacts } from "./test-mail.ts";

type Create = NexusOperations["payments.checkout.create"];
type View = NexusOperations["payments.checkout.get"]["output"];
type Refund = NexusOperations["payments.refund.create"];
type Currency = NonNullable<View["total"]>["currency"];

interface Checkout {
  readonly view: View;
  readonly captured: bigint;
  readonly refunded: bigint;
  readonly currency: Currency;
}

const factsOfAct = ({ operationId, costNanoUsd }: TestCallFacts) => ({
  operationId,
  vendor: "test",
  credentialTier: "platform_default" as const,
  costNanoUsd: String(costNanoUsd),
  usageSource: "provider" as const,
  attempts: [{ vendor: "test", credentialTier: "platform_default" as const, outcome: "answered" as const }],
});

const totalOf = (lines: Create["input"]["lines"]): { readonly amount: bigint; readonly currency: Currency } => {
  let amount = 0n;
  let currency: Currency | undefined;
  for (const line of lines) {
    if ("price" in line)
      throw new Error("A line by its vendor's price has no amount in memory: script payments.checkout.create.");
    if (currency !== undefined && currency !== line.amount.currency)
      throw nexusRefusal("INVALID_INPUT", { message: "Every line of a checkout is in one currency." });
    currency = line.amount.currency;
    amount += BigInt(line.amount.amount) * BigInt(line.quantity ?? 1);
  }
  if (currency === undefined) throw nexusRefusal("INVALID_INPUT");
  return { amount, currency };
};

/** Checkouts and refunds under the real one's rules: a reference pays once, and never more is given back than was paid. */
export class TestPayments {
  readonly #checkouts = new Map<string, Checkout>();
  readonly #references = new Map<string, string>();

  create(input: Create["input"], facts: TestCallFacts): Create["output"] {
    const owner = this.#references.get(input.reference);
    if (owner !== undefined)
      throw nexusRefusal("CONFLICT", {
        message: `The reference ${input.reference} has a payment already: operation ${owner}.`,
        details: { kind: "reference_locked", operationId: owner },
      });
    const { amount, currency } = totalOf(input.lines);
    const checkoutId = `chk_${facts.operationId}`;
    const view: View = {
      providerObjectId: `cs_${facts.operationId}`,
      providerStatus: "open",
      status: "open",
      payment: "requires_action",
      next: "payer",
      url: `https://pay.nexus.test/${checkoutId}`,
      total: { amount: String(amount), currency },
      paymentId: null,
      subscriptionId: null,
      customerId: null,
      fee: null,
      dispute: "none",
      expiresAt: input.expiresAt ?? null,
      checkoutId,
      provider: "test",
    };
    this.#references.set(input.reference, facts.operationId);
    this.#checkouts.set(checkoutId, { view, captured: 0n, refunded: 0n, currency });
    return { ...view, effect: "done", replayed: facts.replayed, nexus: factsOfAct(facts) };
  }

  get(checkoutId: string): View {
    return this.#find(checkoutId).view;
  }

  /** The payer pays. */
  pay(checkoutId: string): void {
    const { view, currency } = this.#find(checkoutId);
    const captured = BigInt(view.total?.amount ?? 0);
    const paid: View = {
      ...view,
      status: "complete",
      providerStatus: "complete",
      payment: "captured",
      next: null,
      url: null,
      paymentId: `pi_${checkoutId}`,
    };
    this.#checkouts.set(checkoutId, { view: paid, captured, refunded: 0n, currency });
  }

  refund({ checkoutId = "", amount }: Refund["input"], facts: TestCallFacts): Refund["output"] {
    const checkout = this.#find(checkoutId);
    const { captured, refunded, currency, view } = checkout;
    if (captured === 0n)
      throw nexusRefusal("CONFLICT", {
        message: "Nothing was captured that could be refunded: cancel the order instead.",
        details: { kind: "invalid_request", status: view.payment },
      });
    if (amount !== undefined && amount.currency !== currency)
      throw nexusRefusal("INVALID_INPUT", { message: `It was paid in ${currency}.` });
    const left = captured - refunded;
    const wanted = amount === undefined ? left : BigInt(amount.amount);
    if (wanted > left || left === 0n)
      throw nexusRefusal("CONFLICT", {
        message: `At most ${left} ${currency} can still be refunded.`,
        details: { kind: "invalid_request", remaining: String(left) },
      });
    const remaining = left - wanted;
    const payment = remaining === 0n ? ("refunded" as const) : ("partially_refunded" as const);
    this.#checkouts.set(checkoutId, { ...checkout, refunded: refunded + wanted, view: { ...view, payment } });
    return {
      providerObjectId: `re_${facts.operationId}`,
      providerStatus: "succeeded",
      status: "succeeded",
      amount: { amount: String(wanted), currency },
      refundId: `ref_${facts.operationId}`,
      provider: "test",
      effect: "done",
      replayed: facts.replayed,
      nexus: factsOfAct(facts),
      remaining: { amount: String(remaining), currency },
    };
  }

  #find(checkoutId: string): Checkout {
    const found = this.#checkouts.get(checkoutId);
    if (!found) throw nexusRefusal("NOT_FOUND", { message: `There is no checkout ${checkoutId}.` });
    return found;
  }
}
