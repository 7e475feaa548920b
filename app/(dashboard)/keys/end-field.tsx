"use client";

import { SelectField } from "../../_ui/field.tsx";

const dayMs = 24 * 3_600_000;
const ends = [
  ["30", "in 30 days"],
  ["90", "in 90 days"],
  ["365", "in a year"],
  ["", "never"],
] as const;

/** The chosen end as the APIs take it. */
export const endIn = (days: string) =>
  days === "" ? {} : { expiresAt: new Date(Date.now() + Number(days) * dayMs).toISOString() };

/** When a key or token ends by itself. */
export const EndField = () => (
  <SelectField label="Ends" name="end" defaultValue="90">
    {ends.map(([days, words]) => (
      <option key={days} value={days}>
        {words}
      </option>
    ))}
  </SelectField>
);
