"use client";

import { SelectField } from "../_ui/field.tsx";

interface OutcomeFieldProps {
  readonly value: string | undefined;
  readonly onChange: (value: string) => void;
}

/** Whether calls ended with an effect. */
export const OutcomeField = ({ value, onChange }: OutcomeFieldProps) => (
  <SelectField label="Outcome" value={value ?? ""} onChange={({ target }) => onChange(target.value)}>
    <option value="">Every outcome</option>
    <option value="succeeded">Succeeded</option>
    <option value="failed">Failed</option>
  </SelectField>
);
