"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { filterNames, readChoice, type CallChoice } from "./call-filter.ts";

const cursor = "before";

/** Filter and page, kept in the address. */
export const useCallFilter = () => {
  const path = usePathname();
  const search = useSearchParams();

  const go = (change: (next: URLSearchParams) => void, how: "push" | "replace"): void => {
    const next = new URLSearchParams(search);
    change(next);
    const query = next.toString();
    const address = query === "" ? path : `${path}?${query}`;
    if (how === "push") window.history.pushState(null, "", address);
    else window.history.replaceState(null, "", address);
  };

  return {
    choice: readChoice(search),
    before: search.get(cursor) ?? undefined,
    choose: (choice: CallChoice): void =>
      go((next) => {
        next.delete(cursor);
        for (const name of filterNames) {
          const value = choice[name];
          if (value) next.set(name, value);
          else next.delete(name);
        }
      }, "replace"),
    older: (from: string): void => go((next) => next.set(cursor, from), "push"),
    newest: (): void => go((next) => next.delete(cursor), "push"),
  };
};
