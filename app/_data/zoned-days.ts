/** The calendar day of a moment in a zone, as in 2026-11-29. */
export const dayIn = (zone: string, at: Date): string =>
  new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(at);

/** A calendar day some days later, or earlier. */
export const addDays = (day: string, days: number): string => {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
};

/** The first day of a day's month, or of one some months later. */
export const firstOfMonth = (day: string, later = 0): string => {
  const at = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() + later);
  return at.toISOString().slice(0, 10);
};

/** By how much a zone is ahead of UTC at a moment. */
const aheadMs = (zone: string, at: Date): number => {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return shown - Math.floor(at.getTime() / 1_000) * 1_000;
};

/** When a calendar day begins in a zone. Where clocks skip midnight, it is the first moment after. */
export const beginOfDay = (zone: string, day: string): Date => {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const first = midnight - aheadMs(zone, new Date(midnight));
  // The offset of the guess may be that of the day before a change of clocks.
  return new Date(midnight - aheadMs(zone, new Date(first)));
};
