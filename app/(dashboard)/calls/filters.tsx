"use client";

import { Button } from "../../_ui/button.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { stateChoices } from "../call-badges.tsx";
import { RangeField } from "../range-field.tsx";
import { TextFilter } from "../text-filter.tsx";
import type { CallChoice } from "./call-filter.ts";

interface FiltersProps {
  readonly choice: CallChoice;
  readonly onChoose: (choice: CallChoice) => void;
}

export const Filters = ({ choice, onChoose }: FiltersProps) => {
  const set = (name: keyof CallChoice) => (value: string) => onChoose({ ...choice, [name]: value });
  const chosen = Object.keys(choice).length > 0;
  return (
    <search aria-label="Calls" className="grid grid-cols-2 items-end gap-3 md:grid-cols-3 xl:grid-cols-6">
      <RangeField value={choice.range} onChange={set("range")} />
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
