const zeroDecimal: ReadonlySet<string> = new Set(["jpy", "krw", "vnd", "clp", "mga"]);

/** An amount as payers read it. */
export const shownAmount = (amount: number, currency: string): string =>
  `${currency.toUpperCase()} ${zeroDecimal.has(currency) ? amount : (amount / 100).toFixed(2)}`;
