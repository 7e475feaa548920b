"use client";

import { usePathname, useSearchParams } from "next/navigation";

const cursor = "before";

/** What a person chose of a list, as it stands in the address. */
export type Choice<Name extends string> = { readonly [K in Name]?: string };

const longest = 256;

/** The choice as the address has it; what cannot be meant is left out. */
export const readChoice = <Name extends string>(
  search: { readonly get: (name: string) => string | null },
  names: readonly Name[],
): Choice<Name> => {
  const chosen: { [K in Name]?: string } = {};
  for (const name of names) {
    const value = search.get(name)?.trim().slice(0, longest);
    if (value) chosen[name] = value;
  }
  return chosen;
};

/** Filter and page of a list, kept in the address. */
export const useChoice = <Name extends string>(names: readonly Name[]) => {
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
    choice: readChoice(search, names),
    before: search.get(cursor) ?? undefined,
    choose: (choice: Choice<Name>): void =>
      go((next) => {
        next.delete(cursor);
        for (const name of names) {
          const value = choice[name];
          if (value) next.set(name, value);
          else next.delete(name);
        }
      }, "replace"),
    older: (from: string): void => go((next) => next.set(cursor, from), "push"),
    newest: (): void => go((next) => next.delete(cursor), "push"),
  };
};
