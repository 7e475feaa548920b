import { exactVendorUnits } from "../../../contracts/payments/convert-money.ts";
import type { Amount, CheckoutLine } from "../../../contracts/payments/payment-act.ts";
import { stripeCurrencies } from "./stripe-currencies.ts";

/** Far below 2⁵³: amounts have at most twelve digits, and Stripe adds two at most. */
export const stripeUnits = ({ amount, currency }: Amount): number =>
  Number(exactVendorUnits(amount, currency, stripeCurrencies));

interface InlinePrice {
  readonly currency: string;
  readonly unit_amount: number;
  readonly product_data: { name: string };
}

type StripeLine = { quantity: number } & ({ price: string } | { price_data: InlinePrice });

/** A line of a checkout or of a payment link. */
export const stripeLine = (line: CheckoutLine): StripeLine =>
  "priceId" in line
    ? { price: line.priceId, quantity: line.quantity }
    : {
        price_data: {
          currency: line.unit.currency.toLowerCase(),
          unit_amount: stripeUnits(line.unit),
          product_data: { name: line.name },
        },
        quantity: line.quantity,
      };
