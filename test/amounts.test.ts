import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { currencyDigits } from "../app/_ui/currency-digits.ts";
import { formatMoney } from "../app/_ui/format-money.ts";
import { amountText, parseAmount } from "../app/_ui/parse-amount.ts";
import { currencies, minorDigits } from "../server/contracts/currency.ts";

describe("money on pages", () => {
  it("has the digits of ISO 4217 in every currency", () => {
    for (const currency of currencies)
      expect([currency, currencyDigits(currency)]).toEqual([currency, minorDigits[currency]]);
  });

  it("is written with its point and its currency, however small or large", () => {
    const shown = [
      ["1050", "USD"],
      ["5", "USD"],
      ["0", "EUR"],
      ["1050", "JPY"],
      ["1050", "KWD"],
      ["999999999999", "USD"],
    ].map(([amount = "", currency = ""]) => formatMoney({ amount, currency }));
    expect(shown).toEqual(["$10.50", "$0.05", "€0.00", "¥1,050", "KWD\u00a01.050", "$9,999,999,999.99"]);
  });

  it("is read back to the minor unit as it is written, in every currency", () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 999_999_999_999n), fc.constantFrom(...currencies), (minor, currency) => {
        const money = { amount: minor.toString(), currency };
        expect(parseAmount(amountText(money), currency)).toBe(money.amount);
        const [shown = ""] = /\d[\d,.]*/.exec(formatMoney(money)) ?? [];
        expect(parseAmount(shown, currency)).toBe(money.amount);
      }),
    );
  });

  it("of a payment in dollars is what a call of that cost is, written alike", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 999_999_999_999n), (cents) => {
        expect(formatMoney({ amount: cents.toString(), currency: "USD" })).toBe(formatMoney(cents * 10_000_000n));
      }),
    );
  });

  it("never says more or less than half of its last digit", () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 18n), (nanos) => {
        const shown = formatMoney(nanos).replaceAll(/[$,]/g, "");
        const [whole = "", fraction = ""] = shown.split(".");
        const back = BigInt(whole + fraction.padEnd(9, "0"));
        const off = back > nanos ? back - nanos : nanos - back;
        // A cent's half from a dollar up, and at most half of a hundredth of what is shown below.
        expect(off <= (nanos >= 10n ** 9n ? 5_000_000n : nanos / 200n)).toBe(true);
      }),
    );
  });

  it.each(["", "0", "0.00", "-1", "1e3", "10.505", "1.050,00", "10,50", "abc", "١٠", "1000000000000", "1 000", "."])(
    "is no amount of dollars: %j",
    (text) => expect(parseAmount(text, "USD")).toBeUndefined(),
  );

  it("has no fraction where the currency has none", () => {
    expect(parseAmount("10.5", "JPY")).toBeUndefined();
    expect(parseAmount("1,050", "JPY")).toBe("1050");
  });
});
