const monthName = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });

/** The last months until a calendar day, its own first, as in 2026-11. */
export const recentMonths = (
  day: string,
  many: number,
): readonly { readonly value: string; readonly label: string }[] => {
  const [year = 0, month = 1] = day.split("-").map(Number);
  return Array.from({ length: many }, (_, back) => {
    const at = new Date(Date.UTC(year, month - 1 - back, 1));
    return { value: at.toISOString().slice(0, 7), label: monthName.format(at) };
  });
};
