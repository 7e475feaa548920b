import { minorDigits } from "../../contracts/currency.ts";
import type { FeeSchedule, PaymentFee, UnitFee } from "../../contracts/fee-schedule.ts";
import type { PricedVendor } from "../../contracts/price-catalogue.ts";
import type { UnitClass } from "../../contracts/units.ts";
import type { VendorRegister } from "../existence/index.ts";
import { currencyCeilings } from "./currency-ceilings.ts";
import { mailPriceName, paymentPriceName } from "./fee-names.ts";
import { nanosPerMillion } from "./nano-price.ts";
import type { CatalogueModel, CataloguePrice } from "./price.ts";

type FeeRates = Partial<Record<UnitClass, bigint>>;

const rateOf = (fee: UnitFee | undefined): bigint | undefined => fee && nanosPerMillion(fee.usd, fee.per);

const percentOf = (text: string): bigint => {
  const [, whole = "", fraction = ""] = /^(\d{1,2})(?:\.(\d{1,4}))?$/.exec(text) ?? [];
  if (whole === "") throw new RangeError(`not a percentage: ${text}`);
  return BigInt(whole + fraction.padEnd(4, "0"));
};

const roundedUp = (numerator: bigint, denominator: bigint): bigint => (numerator + denominator - 1n) / denominator;

/** A fee in the currency of its payment, in nano-USD at the currency's ceiling; undefined where it has none. */
const paymentRates = ({ currency, percent, fixed }: PaymentFee): FeeRates | undefined => {
  const ceiling = currencyCeilings[currency];
  if (ceiling === undefined) return undefined;
  const minorUnit = nanosPerMillion(ceiling, 10 ** minorDigits[currency]);
  return { payment: minorUnit * BigInt(fixed), minorUnit: roundedUp(minorUnit * percentOf(percent), 1_000_000n) };
};

const importModel = (vendor: string, { asOf }: FeeSchedule, model: string, rates: FeeRates): CatalogueModel => {
  const prices = Object.entries(rates).map(([name, rate]): CataloguePrice => ({
    id: `fees@${asOf}:${vendor}/${model}:${name}`,
    vendor,
    model,
    unitClass: name as UnitClass,
    aboveInputTokens: 0,
    nanosPerMillion: rate,
    billedAs: null,
    source: "catalogue",
  }));
  return {
    vendor,
    model,
    matches: () => false,
    exactNames: [model],
    contextWindow: null,
    schedules: [{ from: null, daily: null, prices }],
  };
};

/** What the vendors that act take, by their own lists, in the shape of the catalogue. */
export const importFees = (vendors: VendorRegister<PricedVendor>): CatalogueModel[] =>
  [...vendors.keys()].flatMap((vendor) => {
    const schedule = vendors.get(vendor)?.fees;
    if (schedule === undefined) return [];
    const { mail, payments = [] } = schedule;
    const message = rateOf(mail?.message);
    const recipient = rateOf(mail?.recipient);
    const ofMail: FeeRates = {
      ...(message === undefined ? {} : { message }),
      ...(recipient === undefined ? {} : { recipient }),
    };
    return [
      ...(mail === undefined ? [] : [importModel(vendor, schedule, mailPriceName, ofMail)]),
      ...payments.flatMap((fee) => {
        const rates = paymentRates(fee);
        return rates === undefined ? [] : [importModel(vendor, schedule, paymentPriceName(fee.currency), rates)];
      }),
    ];
  });
