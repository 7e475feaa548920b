"use client";

import { useEffect, useState } from "react";
import { Button } from "../../_ui/button.tsx";
import { SelectField, TextField } from "../../_ui/field.tsx";
import { stateChoices } from "../call-badges.tsx";
import { ranges, type CallChoice } from "./call-filter.ts";

const settleMs = 350;

interface TextFilterProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Applies what was typed once the typing has paused. */
const TextFilter = ({ label, placeholder, value, onChange }: TextFilterProps) => {
  const [typed, setTyped] = useState(value);
  const [from, setFrom] = useState(value);
  if (from !== value) {
    setFrom(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed.trim() === value) return undefined;
    const timer = setTimeout(() => onChange(typed.trim()), settleMs);
    return () => clearTimeout(timer);
  }, [onChange, typed, value]);
  return (
    <TextField
      label={label}
      placeholder={placeholder}
      value={typed}
      onChange={({ target }) => setTyped(target.value)}
      maxLength={256}
      autoComplete="off"
      spellCheck={false}
    />
  );
};

interface FiltersProps {
  readonly choice: CallChoice;
  readonly onChoose: (choice: CallChoice) => void;
}

export const Filters = ({ choice, onChoose }: FiltersProps) => {
  const set = (name: keyof CallChoice) => (value: string) => onChoose({ ...choice, [name]: value });
  const chosen = Object.keys(choice).length > 0;
  return (
    <search aria-label="Calls" className="grid grid-cols-2 items-end gap-3 md:grid-cols-3 xl:grid-cols-6">
      <SelectField label="Time" value={choice.range ?? ""} onChange={({ target }) => set("range")(target.value)}>
        <option value="">All time</option>
        {ranges.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <SelectField label="State" value={choice.state ?? ""} onChange={({ target }) => set("state")(target.value)}>
        <option value="">Every state</option>
        {stateChoices.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <TextFilter label="Vendor" placeholder="openai" value={choice.vendor ?? ""} onChange={set("vendor")} />
      <TextFilter label="Model" placeholder="gpt-4o-mini" value={choice.model ?? ""} onChange={set("model")} />
      <TextFilter label="App" placeholder="srv_roadmapper" value={choice.appId ?? ""} onChange={set("appId")} />
      <Button onClick={() => onChoose({})} disabled={!chosen} className="min-h-10">
        Clear
      </Button>
    </search>
  );
};
