const units = ["bytes", "kB", "MB", "GB"] as const;

/** How large something is, to two figures or so. */
export const formatBytes = (bytes: number): string => {
  if (bytes === 1) return "1 byte";
  let amount = bytes;
  let unit = 0;
  for (; amount >= 1_000 && unit < units.length - 1; unit += 1) amount /= 1_000;
  const digits = unit > 0 && amount < 10 ? 1 : 0;
  return `${amount.toLocaleString("en-US", { maximumFractionDigits: digits })} ${units[unit]}`;
};
