import type { Amount, PaymentAct } from "../../contracts/payments/payment-act.ts";

/** An amount that a vendor is told, with the field that it came in. */
export interface ToldAmount {
  readonly field: string;
  readonly of: Amount;
}

type Told = readonly [field: string, of: Amount | undefined];

const partsOf = (act: PaymentAct): readonly Told[] => {
  switch (act.kind) {
    case "checkout.create":
    case "link.create":
      return act.lines.map((line, at): Told => [`lines.${at}.amount`, "unit" in line ? line.unit : undefined]);
    case "order.create":
    case "refund.create":
      return [["amount", act]];
    case "order.authorize":
      return [["amount", act.payment?.amount]];
    case "order.capture":
      return [["amount", act.amount]];
    case "subscription.update":
      return [["amount", act.item?.amount]];
    default:
      return [];
  }
};

/** Every amount that a vendor is told of an act. */
export const amountsOfAct = (act: PaymentAct): readonly ToldAmount[] =>
  partsOf(act).flatMap(([field, of]) => (of !== undefined && of.amount > 0n ? [{ field, of }] : []));
