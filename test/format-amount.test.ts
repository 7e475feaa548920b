import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amountText, digitsOf, formatAmount, parseAmount } from "../app/_ui/format-amount.ts";
import { currencies, minorDigits } from "../server/contracts/currency.ts";

describe("money on pages", () => {
  it("has the digits of ISO 4217 in every currency", () => {
    for (const currency of currencies)
      expect([currency, digitsOf(currency)]).toEqual([currency, minorDigits[currency]]);
  });

  it("is written with its point and its currency, however small or large", () => {
    const shown = [
      ["1050", "USD"],
      ["5", "USD"],
      ["0", "EUR"],
      ["1050", "JPY"],
      ["1050", "KWD"],
      ["999999999999", "USD"],
    ].map(([amount = "", currency = ""]) => formatAmount({ amount, currency }));
    expect(shown).toEqual(["10.50 USD", "0.05 USD", "0.00 EUR", "1,050 JPY", "1.050 KWD", "9,999,999,999.99 USD"]);
  });

  it("is read back to the minor unit as it is written, in every currency", () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 999_999_999_999n), fc.constantFrom(...currencies), (minor, currency) => {
        const money = { amount: minor.toString(), currency };
        expect(parseAmount(amountText(money), currency)).toBe(money.amount);
        expect(parseAmount(formatAmount(money).split(" ")[0] ?? "", currency)).toBe(money.amount);
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
