import { Currency } from "../../../contracts/currency.ts";
import { fromVendorUnits } from "../../../contracts/payments/convert-money.ts";
import type { MovedMoney } from "../../../contracts/payments/money.ts";
import type { MadeFor } from "../../../contracts/payments/vendor-objects.ts";
import { isRecord, recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { appKey, organizationKey } from "./stripe-marks.ts";
import { stripeCurrencies } from "./stripe-currencies.ts";

/** Stripe names what it has expanded by the object, and else by its id. */
export const idAt = (value: unknown, key: string): string | null =>
  wordAt(value, key) ?? wordAt(recordAt(value, key), "id") ?? null;

export const urlAt = (value: unknown, key: string): string | null => {
  const text = stringAt(value, key);
  return text !== undefined && URL.canParse(text) ? text : null;
};

export const countAt = (value: unknown, key: string): number | undefined => {
  const found = isRecord(value) ? value[key] : undefined;
  return typeof found === "number" && Number.isSafeInteger(found) && found >= 0 ? found : undefined;
};

export const stripeMomentAt = (value: unknown, key: string): string | null => {
  const seconds = countAt(value, key);
  return seconds === undefined || seconds > 8_640_000_000_000 ? null : new Date(seconds * 1_000).toISOString();
};

export const currencyAt = (value: unknown): Currency | undefined =>
  Currency.safeParse(wordAt(value, "currency")?.toUpperCase()).data;

/** An amount in ISO minor units; null where Stripe tells none, or none that is whole. */
export const stripeMoneyAt = (value: unknown, key: string, currency = currencyAt(value)): MovedMoney | null => {
  const units = countAt(value, key);
  if (units === undefined || currency === undefined) return null;
  const amount = fromVendorUnits(BigInt(units), currency, stripeCurrencies);
  return amount === undefined ? null : { amount: amount.toString(), currency };
};

export const metadataOf = (document: JsonRecord): Record<string, string> =>
  Object.fromEntries(
    Object.entries(recordAt(document, "metadata") ?? {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );

export const madeForOf = (document: JsonRecord): MadeFor | null => {
  const { [organizationKey]: organizationId, [appKey]: appId = null } = metadataOf(document);
  return organizationId === undefined ? null : { organizationId, appId };
};
