"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useCallback } from "react";

/** What of a list has its details open: part of the address, so that it can be sent to somebody and the back button closes it. */
export const useOpenDetails = (parameter: string) => {
  const path = usePathname();
  const search = useSearchParams();

  const go = useCallback(
    (id: string | undefined) => {
      const next = new URLSearchParams(search);
      if (id === undefined) next.delete(parameter);
      else next.set(parameter, id);
      const query = next.toString();
      window.history.pushState(null, "", query === "" ? path : `${path}?${query}`);
    },
    [parameter, path, search],
  );

  return {
    id: search.get(parameter) ?? undefined,
    open: go,
    close: useCallback(() => go(undefined), [go]),
  };
};
