"use client";

import { useQueryState } from "nuqs";
import { useCallback } from "react";
import { anyText } from "./use-choice.ts";

const details = anyText.withOptions({ history: "push" });

/** What of a list has its details open: part of the address, so that it can be sent to somebody and the back button closes it. */
export const useOpenDetails = (parameter: string) => {
  const [id, setId] = useQueryState(parameter, details);
  return {
    id: id ?? undefined,
    open: useCallback((next: string) => void setId(next), [setId]),
    close: useCallback(() => void setId(null), [setId]),
  };
};
