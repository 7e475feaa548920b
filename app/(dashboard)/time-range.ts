const hourMs = 3_600_000;

/** How far back a list may be asked to go. */
export const ranges = [
  { value: "1h", label: "Last hour", ms: hourMs },
  { value: "24h", label: "Last 24 hours", ms: 24 * hourMs },
  { value: "7d", label: "Last 7 days", ms: 7 * 24 * hourMs },
  { value: "30d", label: "Last 30 days", ms: 30 * 24 * hourMs },
] as const;

export const rangeWords = ranges.map(({ value }) => value);

/** The chosen range as lists take it; nothing for all time. */
export const sinceOf = (range: string | undefined, now: Date): { readonly from?: string } => {
  const span = ranges.find(({ value }) => value === range);
  return span ? { from: new Date(now.getTime() - span.ms).toISOString() } : {};
};
