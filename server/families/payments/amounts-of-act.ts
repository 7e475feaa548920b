import type { Amount, PaymentAct } from "../../contracts/payments/payment-act.ts";

const partsOf = (act: PaymentAct): readonly (Amount | undefined)[] => {
  switch (act.kind) {
    case "checkout.create":
      return act.lines.map((line) => ("unit" in line ? line.unit : undefined));
    case "order.create":
    case "refund.create":
      return [act];
    case "order.capture":
      return [act.amount];
    case "subscription.update":
      return [act.item?.amount];
    default:
      return [];
  }
};

/** Every amount that a vendor is told of an act. */
export const amountsOfAct = (act: PaymentAct): readonly Amount[] =>
  partsOf(act).filter((amount): amount is Amount => amount !== undefined && amount.amount > 0n);
