const nanosPerUsd = 1_000_000_000n;

/** Nano-USD as USD: two decimals, and as many more as the amount has. */
export const formatUsd = (nanos: bigint): string => {
  const sign = nanos < 0n ? "-" : "";
  const size = nanos < 0n ? -nanos : nanos;
  const decimals = (size % nanosPerUsd)
    .toString()
    .padStart(9, "0")
    .replace(/0{1,7}$/, "");
  return `${sign}${size / nanosPerUsd}.${decimals}`;
};
