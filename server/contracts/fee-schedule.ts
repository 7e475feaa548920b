import type { Currency } from "./currency.ts";

/** So many dollars for so many units. */
export interface UnitFee {
  readonly usd: number;
  readonly per: number;
}

/** What a vendor takes of a payment in one currency, at its dearest: every surcharge of its list included. */
export interface PaymentFee {
  readonly currency: Currency;
  /** A decimal text, such as `2.9`. */
  readonly percent: string;
  /** Minor units of the currency for each payment. */
  readonly fixed: number;
}

/** What a vendor that acts takes, as its own price list says. */
export interface FeeSchedule {
  /** The list. */
  readonly source: string;
  /** When it was read: `2026-11-29`. */
  readonly asOf: string;
  /** What an accepted e-mail costs, by message or by recipient, before any discount for volume. */
  readonly mail?: { readonly message?: UnitFee; readonly recipient?: UnitFee };
  readonly payments?: readonly PaymentFee[];
}
