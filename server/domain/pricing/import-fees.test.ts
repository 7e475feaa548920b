import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minorDigits } from "../../contracts/currency.ts";
import type { FeeSchedule } from "../../contracts/fee-schedule.ts";
import type { PricedVendor } from "../../contracts/price-catalogue.ts";
import { paypalFees } from "../../providers/payments/paypal/paypal-fees.ts";
import { stripeFees } from "../../providers/payments/stripe/stripe-fees.ts";
import { currencyCeilings } from "./currency-ceilings.ts";
import {
  boundOf,
  costOf,
  createPriceBook,
  importFees,
  mailPriceName,
  paymentPriceName,
  type PriceBook,
  type PriceOverride,
  type PriceSet,
} from "./index.ts";

const at = Date.UTC(2026, 10, 29);

const bookOf = (fees: FeeSchedule, overrides: readonly PriceOverride[] = []): PriceBook =>
  createPriceBook(importFees(new Map<string, PricedVendor>([["v", { fees }]])), overrides);

const setOf = (book: PriceBook, model: string): PriceSet => {
  const set = book.priceSet({ vendor: "v", model, at, organizationId: "org_a" });
  if (set === null) throw new Error(`no prices for ${model}`);
  return set;
};

const schedule: FeeSchedule = { source: "https://example.com/prices", asOf: "2026-11-29" };

describe("fees of mail", () => {
  const book = bookOf({
    ...schedule,
    mail: { message: { usd: 0.35, per: 1_000 }, recipient: { usd: 1, per: 10_000 } },
  });

  it("are counted by message and by recipient", () => {
    const set = setOf(book, mailPriceName);
    // 0.00035 + 3 × 0.0001 dollars
    expect(boundOf({ message: 1, recipient: 3 }, set)).toBe(650_000n);
    expect(costOf({ message: 1, recipient: 3 }, set).nanos).toBe(650_000n);
  });

  it("name their list by vendor and date in the price's id", () => {
    expect(costOf({ message: 1 }, setOf(book, mailPriceName)).priceIds).toEqual(["fees@2026-11-29:v/mail:message"]);
  });

  it("are refused where the list has none for what is counted", () => {
    const bare = bookOf({ ...schedule, mail: { message: { usd: 1, per: 1 } } });
    expect(() => boundOf({ recipient: 1 }, setOf(bare, mailPriceName))).toThrow("v/mail has no price for recipient");
  });
});

describe("fees of payments", () => {
  it("are a share of the amount and a fixed part", () => {
    const book = bookOf({ ...schedule, payments: [{ currency: "USD", percent: "2.9", fixed: 30 }] });
    // USD 100.00: 2.90 + 0.30
    expect(boundOf({ payment: 1, minorUnit: 10_000 }, setOf(book, paymentPriceName("USD")))).toBe(3_200_000_000n);
  });

  it("in another currency are bounded at its ceiling", () => {
    const book = bookOf({ ...schedule, payments: [{ currency: "JPY", percent: "3.6", fixed: 0 }] });
    // JPY 10,000 at 0.0137: 137 dollars, of which 3.6 %
    expect(boundOf({ payment: 1, minorUnit: 10_000 }, setOf(book, paymentPriceName("JPY")))).toBe(4_932_000_000n);
  });

  it("have no price in a currency without a ceiling, until an operator sets one", () => {
    const fees: FeeSchedule = { ...schedule, payments: [{ currency: "VND", percent: "2", fixed: 0 }] };
    expect(bookOf(fees).priceSet({ vendor: "v", model: "payment-vnd", at, organizationId: "org_a" })).toBeNull();
    const row = { vendor: "v", model: "payment-vnd", organizationId: null, own: false, billedAs: null };
    const made = { effectiveFrom: at - 1, createdAt: at - 1, authorId: "user_1" };
    const overrides: PriceOverride[] = [
      { id: "1", unitClass: "payment", nanosPerMillion: 0n, ...row, ...made },
      { id: "2", unitClass: "minorUnit", nanosPerMillion: 1_000_000_000n, ...row, ...made },
    ];
    expect(boundOf({ payment: 1, minorUnit: 5_000 }, setOf(bookOf(fees, overrides), "payment-vnd"))).toBe(5_000_000n);
  });

  const lists = { Stripe: stripeFees, PayPal: paypalFees };

  it.each(Object.entries(lists))(
    "of %s never come out below the exact share, whatever the amount and the currency",
    (_, list) => {
      const fees = list.payments ?? [];
      const book = bookOf(list);
      fc.assert(
        fc.property(fc.constantFrom(...fees), fc.integer({ min: 1, max: 999_999_999_999 }), (fee, amount) => {
          const set = setOf(book, paymentPriceName(fee.currency));
          const ceiling = currencyCeilings[fee.currency] ?? Number.NaN;
          const major = 10 ** minorDigits[fee.currency];
          const exact = ((amount * Number(fee.percent)) / 100 + fee.fixed) * (ceiling / major) * 1e9;
          const bound = Number(boundOf({ payment: 1, minorUnit: amount }, set));
          expect(bound).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
          expect(bound).toBeLessThanOrEqual(exact * (1 + 1e-6) + 1_000);
        }),
      );
    },
  );

  it.each(Object.entries(lists))("of %s have a ceiling in every currency that they name", (_, list) => {
    for (const { currency } of list.payments ?? []) expect(currencyCeilings[currency]).toBeDefined();
  });

  it.each(["", "2.", "-1", "1e3", "٣", "100"])("refuse the percentage %j", (percent) => {
    expect(() => bookOf({ ...schedule, payments: [{ currency: "USD", percent, fixed: 0 }] })).toThrow(RangeError);
  });
});
