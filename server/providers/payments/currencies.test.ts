import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { currencies, minorDigits, type Currency } from "../../contracts/currency.ts";
import { fromVendorUnits, toVendorUnits } from "../../contracts/payments/convert-money.ts";
import { Money } from "../../contracts/payments/money.ts";
import { providers } from "../index.ts";
import { paypalMoney, moneyAt } from "./paypal/paypal-amounts.ts";
import { paypalCurrencies } from "./paypal/paypal-currencies.ts";
import { stripeCurrencies } from "./stripe/stripe-currencies.ts";

const vendors = [...providers.values()].flatMap(({ id, payments }) =>
  payments === undefined ? [] : [[id, payments.currencies] as const],
);

describe("amounts on the wire", () => {
  it.each([
    1050,
    "",
    "0",
    "01",
    "-1",
    "+1",
    "1.5",
    "1,5",
    "1e3",
    " 1",
    "1 ",
    "0x10",
    "١٢",
    "１２",
    "1_000",
    "1000000000000",
    null,
    {},
    [],
    "999999999999999999999999",
  ])("refuses %j, naming the field", (amount) => {
    const parsed = Money.safeParse({ amount, currency: "USD" });
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues.every(({ path }) => path[0] === "amount")).toBe(true);
  });

  it.each(["usd", "XXX", "XAU", "US", "", "USDT", "BGN", 840])(
    "refuses the currency %j, naming the field",
    (currency) => {
      const parsed = Money.safeParse({ amount: "1", currency });
      expect(parsed.success).toBe(false);
      expect(parsed.error?.issues.every(({ path }) => path[0] === "currency")).toBe(true);
    },
  );

  it("refuses fields beside the two", () => {
    expect(Money.safeParse({ amount: "1", currency: "USD", exponent: 2 }).success).toBe(false);
  });

  it("knows each currency once", () => {
    expect(new Set(currencies).size).toBe(currencies.length);
    expect(Object.keys(minorDigits).toSorted()).toEqual([...currencies].toSorted());
  });
});

describe.each(vendors)("amounts of %s", (_, rules) => {
  it("are exact or refused, in every currency and both ways", () => {
    const amounts = fc.bigInt({ min: 1n, max: 999_999_999_999n });
    fc.assert(
      fc.property(fc.constantFrom(...currencies), amounts, (currency, amount) => {
        const converted = toVendorUnits(amount, currency, rules);
        if ("refused" in converted) {
          const scale = 10n ** BigInt(minorDigits[currency]);
          // Whole units of a currency that is taken are never refused.
          if (converted.refused !== "currency") expect(amount % scale).not.toBe(0n);
          return;
        }
        expect(fromVendorUnits(converted.units, currency, rules)).toBe(amount);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("Stripe's units", () => {
  it.each([
    ["USD", 1050n, 1050n],
    ["JPY", 1050n, 1050n],
    ["CLP", 1050n, 1050n],
    ["ISK", 1050n, 105_000n],
    ["UGX", 7n, 700n],
    ["MGA", 1000n, 10n],
    ["HUF", 1050n, 1050n],
    ["TWD", 1050n, 1050n],
    ["IDR", 1050n, 1050n],
    ["KWD", 1050n, 1050n],
  ] as const)("of %s %d are %d", (currency: Currency, amount, units) => {
    expect(toVendorUnits(amount, currency, stripeCurrencies)).toEqual({ units });
  });

  it.each([
    ["MGA", 1050n, "remainder"],
    ["KWD", 1051n, "multiple"],
    ["CVE", 100n, "currency"],
    ["IQD", 1000n, "currency"],
  ] as const)("of %s %d are refused", (currency: Currency, amount, refused) => {
    expect(toVendorUnits(amount, currency, stripeCurrencies)).toEqual({ refused });
  });

  it("of krónur that are no whole hundredths come back as no amount", () => {
    expect(fromVendorUnits(150n, "ISK", stripeCurrencies)).toBeUndefined();
  });
});

describe("PayPal's decimals", () => {
  it.each([
    ["USD", 1050n, "10.50"],
    ["EUR", 5n, "0.05"],
    ["GBP", 100n, "1.00"],
    ["JPY", 1050n, "1050"],
    ["HUF", 105_000n, "1050"],
    ["TWD", 100n, "1"],
    ["USD", 999_999_999_999n, "9999999999.99"],
  ] as const)("of %s %d are %s, and come back the same", (currency: Currency, amount, value) => {
    expect(paypalMoney({ amount, currency })).toEqual({ currency_code: currency, value });
    expect(moneyAt({ amount: { currency_code: currency, value } }, "amount")).toEqual({
      amount: amount.toString(),
      currency,
    });
  });

  it.each([
    ["HUF", 1050n, "remainder"],
    ["TWD", 1n, "remainder"],
    ["KRW", 1000n, "currency"],
    ["KWD", 1000n, "currency"],
    ["ISK", 1000n, "currency"],
    ["CLP", 1000n, "currency"],
    ["INR", 1000n, "currency"],
    ["IDR", 100_000n, "currency"],
  ] as const)("of %s %d are refused", (currency: Currency, amount, refused) => {
    expect(toVendorUnits(amount, currency, paypalCurrencies)).toEqual({ refused });
  });

  it.each([
    ["JPY", "10.50"],
    ["USD", "10.505"],
    ["USD", "-1.00"],
    ["USD", "1e3"],
    ["USD", "1,00"],
    ["USD", "."],
    ["USD", ""],
    ["USD", "١٠"],
    ["usd", "1.00"],
    ["KRW", "1000"],
  ])("of %s %s are no amount", (currency, value) => {
    expect(moneyAt({ amount: { currency_code: currency, value } }, "amount")).toBeNull();
  });

  it("come back the same in every currency that is taken", () => {
    const taken = currencies.filter((currency) => paypalCurrencies[currency] !== undefined);
    fc.assert(
      fc.property(fc.constantFrom(...taken), fc.bigInt({ min: 1n, max: 999_999_999n }), (currency, whole) => {
        const amount = whole * 100n;
        expect(moneyAt({ amount: paypalMoney({ amount, currency }) }, "amount")).toEqual({
          amount: amount.toString(),
          currency,
        });
      }),
    );
  });
});
