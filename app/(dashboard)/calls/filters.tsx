"use client";

import { X } from "lucide-react";
import { Button } from "../../_ui/button.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { stateChoices } from "../call-badges.tsx";
import { OutcomeField } from "../outcome-field.tsx";
import { PeriodFields } from "../period-fields.tsx";
import { useNamesOfChosen } from "../use-names-of-chosen.ts";
import { dimensions } from "../usage/usage-question.ts";
import { ValuePicker } from "../value-picker.tsx";
import type { CallChoice } from "./call-filter.ts";

interface FiltersProps {
  readonly choice: CallChoice;
  readonly onChoose: (choice: CallChoice) => void;
}

/** Filters that links bring, and that can only be taken away. */
const brought = [
  { name: "unattributed", label: "Names no app" },
  { name: "unpriced", label: "Units without a price" },
] as const;

export const Filters = ({ choice, onChoose }: FiltersProps) => {
  const set = (name: keyof CallChoice, value: string | undefined): void => {
    const { [name]: _, ...others } = choice;
    onChoose(value === undefined || value === "" ? others : { ...others, [name]: value });
  };
  const nameOf = useNamesOfChosen(choice);
  return (
    <search aria-label="Calls" className="space-y-3">
      <div className="grid grid-cols-2 items-end gap-3 md:grid-cols-4">
        <PeriodFields choice={choice} usual={undefined} onSet={set} />
        <OutcomeField value={choice.status} onChange={(value) => set("status", value)} />
        <SelectField label="State" value={choice.state ?? ""} onChange={({ target }) => set("state", target.value)}>
          <option value="">Every state</option>
          {stateChoices.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
      </div>
      <fieldset className="flex flex-wrap items-center gap-2">
        <legend className="sr-only">Filters</legend>
        {dimensions.map(({ id, name }) => (
          <ValuePicker
            key={id}
            of={id}
            label={name}
            value={choice[id]}
            shown={nameOf(id)}
            onChoose={(value) => set(id, value)}
          />
        ))}
        {brought
          .filter(({ name }) => choice[name] !== undefined)
          .map(({ name, label }) => (
            <Button key={name} onClick={() => set(name, undefined)}>
              {label}
              <X aria-hidden="true" className="size-4" />
              <span className="sr-only">: show all</span>
            </Button>
          ))}
        <Button look="quiet" onClick={() => onChoose({})} disabled={Object.keys(choice).length === 0}>
          Clear
        </Button>
      </fieldset>
    </search>
  );
};
