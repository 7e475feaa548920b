"use client";

import { skipToken } from "@tanstack/react-query";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useAnswer } from "../_data/use-answer.ts";
import { wordOf, type Dimension } from "./usage/usage-question.ts";

type Chosen = { readonly [Of in Dimension]?: string };

const rarely = { staleTime: 300_000 };

const useName = (of: "app" | "user" | "key", id: string | undefined): string | undefined => {
  const question = id === undefined ? skipToken : { of, search: id.slice(0, 100), limit: 5 };
  const { data } = useAnswer(useNexus().usage.values.queryOptions(question, rarely));
  return data?.values.find(({ value }) => value === id)?.name ?? undefined;
};

/** How the values are called by which something is filtered, also those that a link has brought. */
export const useNamesOfChosen = (chosen: Chosen): ((of: Dimension) => string | undefined) => {
  const app = useName("app", chosen.app);
  const user = useName("user", chosen.user);
  const key = useName("key", chosen.key);
  const names: Partial<Record<Dimension, string | undefined>> = { app, user, key };
  return (of) => {
    const value = chosen[of];
    return value === undefined ? undefined : wordOf(of, value, names[of] ?? null);
  };
};
