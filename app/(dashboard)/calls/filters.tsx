"use client";

import { Button } from "../../_ui/button.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { stateChoices } from "../call-badges.tsx";
import { RangeField } from "../range-field.tsx";
import { useNamesOfChosen } from "../use-names-of-chosen.ts";
import { ValuePicker } from "../value-picker.tsx";
import type { CallChoice } from "./call-filter.ts";

interface FiltersProps {
  readonly choice: CallChoice;
  readonly onChoose: (choice: CallChoice) => void;
}

const pickers = [
  { of: "vendor", label: "Vendor", field: "vendor" },
  { of: "model", label: "Model", field: "model" },
  { of: "app", label: "App", field: "appId" },
  { of: "user", label: "Person", field: "userId" },
  { of: "key", label: "Key", field: "keyId" },
] as const;

export const Filters = ({ choice, onChoose }: FiltersProps) => {
  const set = (name: keyof CallChoice, value: string | undefined): void => {
    const { [name]: _, ...others } = choice;
    onChoose(value === undefined || value === "" ? others : { ...others, [name]: value });
  };
  const { appId, userId, keyId } = choice;
  const nameOf = useNamesOfChosen({
    ...(appId !== undefined && { app: appId }),
    ...(userId !== undefined && { user: userId }),
    ...(keyId !== undefined && { key: keyId }),
  });
  return (
    <search aria-label="Calls" className="flex flex-wrap items-end gap-3">
      <RangeField value={choice.range} onChange={(value) => set("range", value)} />
      <SelectField label="State" value={choice.state ?? ""} onChange={({ target }) => set("state", target.value)}>
        <option value="">Every state</option>
        {stateChoices.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <fieldset className="flex min-h-10 min-w-0 flex-wrap items-center gap-2">
        <legend className="sr-only">Filters</legend>
        {pickers.map(({ of, label, field }) => (
          <ValuePicker
            key={of}
            of={of}
            label={label}
            value={choice[field]}
            shown={nameOf(of)}
            onChoose={(value) => set(field, value)}
          />
        ))}
        <Button look="quiet" onClick={() => onChoose({})} disabled={Object.keys(choice).length === 0}>
          Clear
        </Button>
      </fieldset>
    </search>
  );
};
