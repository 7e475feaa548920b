"use client";

import { useQueryClient, type QueryFilters } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef } from "react";

/**
 * Asks some questions again at once when their cause has changed, as sums do when a new call is at the top of a list.
 * Undefined: the cause is not known yet, and what was asked meanwhile stands.
 */
export const useAskAgain = (cause: string | undefined, which: QueryFilters): void => {
  const queryClient = useQueryClient();
  const known = useRef(cause);
  const ask = useEffectEvent(() => queryClient.invalidateQueries(which));
  useEffect(() => {
    if (cause === undefined || known.current === cause) return;
    const isNews = known.current !== undefined;
    known.current = cause;
    if (isNews) void ask();
  }, [cause]);
};
