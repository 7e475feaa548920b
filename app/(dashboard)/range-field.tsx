"use client";

import { SelectField } from "../_ui/field.tsx";
import { ranges } from "./time-range.ts";

interface RangeFieldProps {
  readonly value: string | undefined;
  readonly onChange: (value: string) => void;
}

/** How far back a list goes. */
export const RangeField = ({ value, onChange }: RangeFieldProps) => (
  <SelectField label="Time" value={value ?? ""} onChange={({ target }) => onChange(target.value)}>
    <option value="">All time</option>
    {ranges.map((range) => (
      <option key={range.value} value={range.value}>
        {range.label}
      </option>
    ))}
  </SelectField>
);
