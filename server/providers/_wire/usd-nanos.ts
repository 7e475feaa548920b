const decimal = /^\s*(\d{1,20})(?:\.(\d{0,40}))?(?:e([+-]?\d{1,2}))?\s*$/i;

/** No single call costs so much. */
const absurdNanos = 100_000_000_000_000n;

/**
 * Nano-USD of an amount of USD in a vendor's answer: exactly of its decimal text, half a nano rounded up. Undefined for
 * what is no plausible amount.
 */
export const usdNanos = (amount: unknown): bigint | undefined => {
  if (typeof amount !== "number" && typeof amount !== "string") return undefined;
  const parts = decimal.exec(String(amount));
  if (!parts) return undefined;
  const [, whole = "", fraction = "", exponent = "0"] = parts;
  const scale = fraction.length - Number(exponent) - 9;
  const digits = BigInt(whole + fraction);
  const power = 10n ** BigInt(Math.abs(scale));
  const nanos = scale <= 0 ? digits * power : (2n * digits + power) / (2n * power);
  return nanos > absurdNanos ? undefined : nanos;
};
