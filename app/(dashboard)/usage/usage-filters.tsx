"use client";

import { Button } from "../../_ui/button.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { OutcomeField } from "../outcome-field.tsx";
import { PeriodFields } from "../period-fields.tsx";
import { useNamesOfChosen } from "../use-names-of-chosen.ts";
import { ValuePicker } from "../value-picker.tsx";
import { dimensions, groupingOf, type UsageChoice } from "./usage-question.ts";

interface UsageFiltersProps {
  readonly choice: UsageChoice;
  readonly onChoose: (choice: UsageChoice) => void;
}

const measures = [
  { value: "", label: "Cost" },
  { value: "calls", label: "Calls" },
  { value: "errors", label: "Errors" },
] as const;

/** What is looked at: the period, by what it is told apart, and any number of filters. */
export const UsageFilters = ({ choice, onChoose }: UsageFiltersProps) => {
  const set = (name: keyof UsageChoice, value: string | undefined): void => {
    const { [name]: _, ...others } = choice;
    onChoose(value === undefined || value === "" ? others : { ...others, [name]: value });
  };
  const nameOf = useNamesOfChosen(choice);
  const isFiltered = dimensions.some(({ id }) => choice[id] !== undefined) || choice.status !== undefined;
  return (
    <search aria-label="Usage" className="space-y-3">
      <div className="grid grid-cols-2 items-end gap-3 md:grid-cols-4">
        <PeriodFields choice={choice} usual="30d" onSet={set} />
        <SelectField
          label="Group by"
          value={groupingOf(choice)}
          onChange={({ target }) => set("by", target.value === "model" ? undefined : target.value)}
        >
          {dimensions.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <SelectField label="Show" value={choice.measure ?? ""} onChange={({ target }) => set("measure", target.value)}>
          {measures.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
        <OutcomeField value={choice.status} onChange={(value) => set("status", value)} />
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
        <Button
          look="quiet"
          disabled={!isFiltered}
          onClick={() => {
            const { period, from, to, by, measure, before } = choice;
            onChoose(
              Object.fromEntries(
                Object.entries({ period, from, to, by, measure, before }).filter(([, value]) => value !== undefined),
              ),
            );
          }}
        >
          Clear filters
        </Button>
        <label className="ml-auto flex min-h-9 items-center gap-2 text-sm">
          <input
            type="checkbox"
            checked={choice.before === undefined}
            onChange={({ currentTarget }) => set("before", currentTarget.checked ? undefined : "hide")}
          />
          Compare with the period before
        </label>
      </fieldset>
    </search>
  );
};
