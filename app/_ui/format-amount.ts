/** An amount of a currency, in its minor units. */
export interface ShownAmount {
  readonly amount: string;
  readonly currency: string;
}

/** Currencies whose minor unit has not two digits, by ISO 4217. Browsers count some of them otherwise. */
const digitsByCurrency: ReadonlyMap<string, number> = new Map([
  ..."BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(" ").map((code) => [code, 0] as const),
  ..."BHD IQD JOD KWD LYD OMR TND".split(" ").map((code) => [code, 3] as const),
]);

/** The digits behind the point of a currency's amounts. */
export const digitsOf = (currency: string): number => digitsByCurrency.get(currency) ?? 2;

/** Money for people, exact: `1,050.00 USD`, `1,050 JPY`. */
export const formatAmount = ({ amount, currency }: ShownAmount): string => {
  const digits = digitsOf(currency);
  const units = amount.padStart(digits + 1, "0");
  const whole = BigInt(units.slice(0, units.length - digits)).toLocaleString("en-US");
  return `${whole}${digits === 0 ? "" : `.${units.slice(-digits)}`} ${currency}`;
};

/** Minor units of what a person wrote, such as `10.50` or `1,050`; undefined where it is no amount of the currency above zero. */
export const parseAmount = (text: string, currency: string): string | undefined => {
  const digits = digitsOf(currency);
  const [, grouped, fraction = ""] = /^(\d{1,3}(?:,\d{3})*|\d+)(?:\.(\d+))?$/.exec(text.trim()) ?? [];
  if (grouped === undefined || fraction.length > digits) return undefined;
  const minor = BigInt(grouped.replaceAll(",", "") + fraction.padEnd(digits, "0"));
  return minor > 0n && minor < 1_000_000_000_000n ? minor.toString() : undefined;
};

/** An amount as it is typed: without grouping and currency. */
export const amountText = ({ amount, currency }: ShownAmount): string => {
  const digits = digitsOf(currency);
  const units = amount.padStart(digits + 1, "0");
  return digits === 0 ? units : `${units.slice(0, -digits)}.${units.slice(-digits)}`;
};
