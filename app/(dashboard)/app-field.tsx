"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import type { ComponentProps } from "react";
import { useAnswer } from "../_data/use-answer.ts";
import { SelectField } from "../_ui/field.tsx";

const rarelyMs = 300_000;

interface AppFieldProps extends Omit<ComponentProps<typeof SelectField>, "label" | "children"> {
  /** The id that is chosen, or that is chosen at first. */
  readonly chosen: string | undefined;
  /** What it means to choose none; left out: one has to be chosen. */
  readonly none?: string;
}

/** One of the organization's apps, by name. An id that a link has brought can be chosen, too. */
export const AppField = ({ chosen, none, ...rest }: AppFieldProps) => {
  const { data } = useAnswer(useNexus().apps.list.queryOptions({}, { staleTime: rarelyMs }));
  const names = new Map(data?.apps.map(({ id, name }) => [id, name]));
  if (chosen !== undefined && chosen !== "" && !names.has(chosen)) names.set(chosen, chosen);
  return (
    <SelectField label="App" {...rest}>
      {none !== undefined && <option value="">{none}</option>}
      {[...names].map(([id, name]) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </SelectField>
  );
};
