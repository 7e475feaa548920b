"use client";

import { useEffect, useState } from "react";

/** A page, heading or paragraph that says what was looked for; what matched stands between `<mark>` and `</mark>`. */
export interface Place {
  readonly id: string;
  readonly url: string;
  readonly type: "page" | "heading" | "text";
  readonly content: string;
}

const pauseMs = 120;

const ask = async (query: string, signal: AbortSignal): Promise<readonly Place[]> => {
  const answer = await fetch(`/docs/search?query=${encodeURIComponent(query)}`, { signal });
  if (!answer.ok) throw new Error(`The search answered ${answer.status}.`);
  return (await answer.json()) as readonly Place[];
};

/** What the documentation says about a query, a moment after it was typed. */
export const usePlaces = (query: string): { readonly places: readonly Place[]; readonly state: string } => {
  const [found, setFound] = useState<{
    readonly query: string;
    readonly places: readonly Place[];
    readonly failed?: boolean;
  }>({
    query: "",
    places: [],
  });
  const wanted = query.trim();

  useEffect(() => {
    if (wanted === "") return undefined;
    const asking = new AbortController();
    const timer = setTimeout(() => {
      ask(wanted, asking.signal).then(
        (places) => setFound({ query: wanted, places }),
        () => asking.signal.aborted || setFound({ query: wanted, places: [], failed: true }),
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [wanted]);

  if (wanted === "") return { places: [], state: "" };
  if (found.query !== wanted) return { places: found.places, state: found.places.length === 0 ? "Looking …" : "" };
  if (found.failed) return { places: [], state: "The search did not answer. Try again." };
  return { places: found.places, state: found.places.length === 0 ? `Nothing says “${wanted}”.` : "" };
};
