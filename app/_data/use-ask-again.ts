"use client";

import { useQueryClient, type QueryFilters } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef } from "react";

/** Asks some questions again at once when their cause has changed, as sums do when a new call is at the top of a list. */
export const useAskAgain = (cause: string, which: QueryFilters): void => {
  const queryClient = useQueryClient();
  const known = useRef(cause);
  const ask = useEffectEvent(() => queryClient.invalidateQueries(which));
  useEffect(() => {
    if (known.current === cause) return;
    known.current = cause;
    void ask();
  }, [cause]);
};
