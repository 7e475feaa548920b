/** Currencies whose minor unit has not two digits, by ISO 4217. Browsers count some of them otherwise. */
const digitsByCurrency: ReadonlyMap<string, number> = new Map([
  ..."BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(" ").map((code) => [code, 0] as const),
  ..."BHD IQD JOD KWD LYD OMR TND".split(" ").map((code) => [code, 3] as const),
]);

/** The digits behind the point of a currency's amounts. */
export const currencyDigits = (currency: string): number => digitsByCurrency.get(currency) ?? 2;
