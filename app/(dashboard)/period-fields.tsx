"use client";

import { SelectField, TextField } from "../_ui/field.tsx";
import { periods, type UsageChoice } from "./usage/usage-question.ts";

interface PeriodFieldsProps {
  readonly choice: Pick<UsageChoice, "period" | "from" | "to">;
  /** The period that needs no word in the address; undefined: all time. */
  readonly usual: (typeof periods)[number]["value"] | undefined;
  readonly onSet: (name: "period" | "from" | "to", value: string | undefined) => void;
}

/** Which time is looked at: a period up to now, a month, or days that are chosen. */
export const PeriodFields = ({ choice, usual, onSet }: PeriodFieldsProps) => (
  <>
    <SelectField
      label="Period"
      value={choice.period ?? usual ?? ""}
      onChange={({ target }) => onSet("period", target.value === usual ? undefined : target.value)}
    >
      {usual === undefined && <option value="">All time</option>}
      {periods.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </SelectField>
    {choice.period === "days" && (
      <>
        <TextField
          label="From"
          type="date"
          value={choice.from ?? ""}
          onChange={({ target }) => onSet("from", target.value)}
        />
        <TextField
          label="Until, included"
          type="date"
          value={choice.to ?? ""}
          onChange={({ target }) => onSet("to", target.value)}
        />
      </>
    )}
  </>
);
