import { requireAmount, requireCurrency } from "./amounts.ts";
import {
  formListOf,
  formNumberOf,
  formOf,
  formTextOf,
  isForm,
  metadataIn,
  type FormObject,
  type FormValue,
} from "./params.ts";
import { num, word } from "./payments.ts";
import { invalidRequest, noSuch } from "./stripe-refusal.ts";
import type { StripeStore, Thing } from "./stripe-store.ts";

/** A price of its own for what a caller describes inline. */
export const createPrice = (store: StripeStore, form: FormObject, at: string): Thing => {
  const currency = formTextOf(form, "currency") ?? "";
  requireCurrency(currency, `${at}[currency]`);
  const amount = formNumberOf(form, "unit_amount");
  const hasProduct = formTextOf(form, "product") !== undefined;
  const data = formOf(form, "product_data");
  if (amount === undefined)
    throw invalidRequest(`Missing required param: ${at}[unit_amount].`, { code: "parameter_missing" });
  if (hasProduct === (formTextOf(data, "name") !== undefined))
    throw invalidRequest(`You must pass one of ${at}[product] and ${at}[product_data].`, { code: "parameter_missing" });
  const recurring = formOf(form, "recurring");
  const interval = formTextOf(recurring, "interval");
  return store.put("price", "price", {
    active: true,
    billing_scheme: "per_unit",
    currency,
    metadata: metadataIn(form),
    nickname: formTextOf(data, "name") ?? null,
    product: formTextOf(form, "product") ?? store.newId("prod"),
    recurring:
      interval === undefined
        ? null
        : {
            interval,
            interval_count: formNumberOf(recurring, "interval_count") ?? 1,
            usage_type: formTextOf(recurring, "usage_type") ?? "licensed",
          },
    type: interval === undefined ? "one_time" : "recurring",
    unit_amount: amount,
    unit_amount_decimal: String(amount),
  });
};

export interface PricedLine {
  readonly price: Thing;
  readonly quantity: number;
}

const lineOf = (store: StripeStore, item: FormValue, at: number): PricedLine => {
  const form = isForm(item) ? item : {};
  const id = formTextOf(form, "price");
  const inline = formOf(form, "price_data");
  const place = `line_items[${at}]`;
  if ((id === undefined) === (Object.keys(inline).length === 0))
    throw invalidRequest(`You must pass one of ${place}[price] and ${place}[price_data].`, {
      code: "parameter_missing",
    });
  const price = id === undefined ? createPrice(store, inline, `${place}[price_data]`) : store.of("price", id);
  if (price === undefined) throw noSuch("price", id ?? "", `${place}[price]`);
  const quantity = formNumberOf(form, "quantity");
  if (quantity === undefined)
    throw invalidRequest(`Missing required param: ${place}[quantity].`, { code: "parameter_missing" });
  return { price, quantity };
};

export const lineFacts = ({ price, quantity }: PricedLine) => ({
  price: price.id,
  quantity,
  name: word(price, "nickname") || "Subscription",
});

/** What is sold, with what it comes to. */
export interface Sale {
  readonly lines: readonly PricedLine[];
  readonly currency: string;
  readonly total: number;
  readonly recurring: boolean;
}

/** The lines of a session or a link: in one currency, and not too little. */
export const pricedLines = (store: StripeStore, form: FormObject): Sale => {
  const items = formListOf(form, "line_items");
  if (items.length === 0)
    throw invalidRequest("Missing required param: line_items.", { code: "parameter_missing", param: "line_items" });
  const lines = items.map((item, at) => lineOf(store, item, at));
  const currency = word(lines[0]?.price, "currency");
  if (lines.some(({ price }) => price["currency"] !== currency))
    throw invalidRequest("All prices must be in the same currency.", { param: "line_items" });
  const recurring = lines.some(({ price }) => price["recurring"] !== null);
  const total = lines.reduce((sum, { price, quantity }) => sum + num(price, "unit_amount") * quantity, 0);
  if (!recurring) requireAmount(total, currency, "line_items");
  return { lines, currency, total, recurring };
};
