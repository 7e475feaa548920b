"use client";

import { useCallback } from "react";
import type { Budget } from "../../_data/answers.ts";
import { useAuthAnswer } from "../../_data/use-auth-answer.ts";
import { useNames } from "../../_data/use-names.ts";
import { readKeys } from "../keys/api-keys.ts";

const mostKeys = 100;

/** What the app, person or key of a budget or a limit is called. */
export const useScopeNames = (): ((of: Pick<Budget, "scope" | "scopeId">) => string) => {
  const names = useNames();
  const keys = useAuthAnswer(`/api/api-keys?limit=${mostKeys}`, readKeys).data?.items;
  return useCallback(
    ({ scope, scopeId }) => {
      if (scopeId === null) return "The organization";
      if (scope === "app") return names.app(scopeId);
      if (scope === "user" || scopeId.startsWith("nst_")) return names.actor(scopeId);
      const known = keys?.find(({ id }) => id === scopeId);
      return known ? `${known.name} (${known.shown})` : names.app(scopeId);
    },
    [names, keys],
  );
};
