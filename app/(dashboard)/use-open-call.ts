"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useCallback } from "react";

const parameter = "call";

/** Which call's details are open: part of the address, so that it can be sent to somebody and the back button closes it. */
export const useOpenCall = () => {
  const path = usePathname();
  const search = useSearchParams();

  const go = useCallback(
    (callId: string | undefined) => {
      const next = new URLSearchParams(search);
      if (callId === undefined) next.delete(parameter);
      else next.set(parameter, callId);
      const query = next.toString();
      window.history.pushState(null, "", query === "" ? path : `${path}?${query}`);
    },
    [path, search],
  );

  return {
    callId: search.get(parameter) ?? undefined,
    openCall: go,
    closeCall: useCallback(() => go(undefined), [go]),
  };
};
