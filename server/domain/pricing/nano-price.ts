const decimal = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;

/**
 * Nano-USD per million units from a price in USD per `per` units. It works on the number's shortest decimal text, which
 * is the text the catalogue's author wrote, so no binary fraction gets into the money. Half a nano rounds up.
 */
export const nanosPerMillion = (usd: number, per: number): bigint => {
  const parts = decimal.exec(String(usd));
  if (!parts || !Number.isSafeInteger(per) || per <= 0) throw new RangeError(`not a price: ${usd} per ${per}`);
  const [, whole = "", fraction = "", exponent = "0"] = parts;
  const digits = BigInt(whole + fraction) * 1_000_000_000n * 1_000_000n;
  const scale = fraction.length - Number(exponent);
  const numerator = scale < 0 ? digits * 10n ** BigInt(-scale) : digits;
  const denominator = BigInt(per) * (scale > 0 ? 10n ** BigInt(scale) : 1n);
  return (2n * numerator + denominator) / (2n * denominator);
};
