const nanosPerDollar = 1_000_000_000n;
const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

const rounded = (nanos: bigint, unit: bigint): bigint => ((nanos + unit / 2n) / unit) * unit;

/** Two places and up from a dollar, four from a cent, below that the first three digits that say something. */
const unitOf = (nanos: bigint): bigint => {
  if (nanos >= nanosPerDollar) return nanosPerDollar / 100n;
  if (nanos >= nanosPerDollar / 100n) return nanosPerDollar / 10_000n;
  return 10n ** BigInt(Math.max(nanos.toString().length - 3, 0));
};

/** Nano-USD for people: `$1,234.50`, `$0.0312`, `$0.000000275`. */
export const formatMoney = (nanoUsd: string | bigint): string => {
  const exact = BigInt(nanoUsd);
  const nanos = exact < 0n ? -exact : exact;
  const sign = exact < 0n ? "-" : "";
  if (nanos === 0n) return "$0.00";
  const shown = rounded(nanos, unitOf(nanos));
  const whole = dollars.format(shown / nanosPerDollar).replace(/\.00$/, "");
  const fraction = (shown % nanosPerDollar).toString().padStart(9, "0").replace(/0+$/, "").padEnd(2, "0");
  return `${sign}${whole}.${fraction}`;
};

/** The exact amount, for titles. */
export const exactMoney = (nanoUsd: string | bigint): string => `${BigInt(nanoUsd).toLocaleString("en-US")} nano-USD`;
