import type { MovedMoney } from "../../../contracts/payments/money.ts";
import type { Amount } from "../../../contracts/payments/payment-act.ts";
import { recordAt, wordAt } from "../../_wire/json.ts";
import { decimalText, moneyOfDecimal } from "../_json/decimal-text.ts";
import { mollieCurrencies } from "./mollie-currencies.ts";

/** An amount that was found to be exact before, as Mollie writes it: with just the digits of its currency. */
export const mollieMoney = (amount: Amount) => ({
  currency: amount.currency,
  value: decimalText(amount, mollieCurrencies),
});

/** An amount of Mollie's in ISO minor units; null where it tells none, or none that is whole. */
export const mollieMoneyAt = (value: unknown, key: string): MovedMoney | null => {
  const money = recordAt(value, key);
  return moneyOfDecimal(wordAt(money, "value"), wordAt(money, "currency"), mollieCurrencies);
};
