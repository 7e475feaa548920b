"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import { useAnswer } from "../_data/use-answer.ts";
import { useSettled } from "../_data/use-settled.ts";
import { ChoiceList } from "./choice-list.tsx";
import type { OpenChoices } from "./choice-picker.tsx";
import { wordOf, type Dimension } from "./usage/usage-question.ts";

const settleMs = 150;
const shownValues = 30;

/** The values that were used, those of most calls first, to be searched by name or id. */
export const ValueList = ({ of, ...open }: OpenChoices & { readonly of: Dimension }) => {
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim(), settleMs);
  const { data, failure } = useAnswer(
    useNexus().usage.values.queryOptions({ of, search, limit: shownValues }, { placeholderData: keepPreviousData }),
  );
  const found = data?.values.flatMap(({ value: id, name, calls }) =>
    id === null || id === "" ? [] : [{ id, name: wordOf(of, id, name), note: calls.toLocaleString("en-US") }],
  );
  return (
    <ChoiceList
      {...open}
      typed={typed}
      onType={setTyped}
      found={failure ? [] : found}
      more={data?.more === true}
      empty={failure?.message ?? "Nothing used lately is called that."}
    />
  );
};
