"use client";

import { useCallback, useEffect, useState } from "react";
import { refusalOf, type AuthRefusal } from "../_api/auth-refusal.ts";

/** An answer of Auth that a page needs before it can show itself. */
export type Asked<T> =
  | { readonly state: "asking" }
  | { readonly state: "answered"; readonly answer: T }
  | { readonly state: "refused"; readonly refusal: AuthRefusal };

/** Asks once at the start, and again when told to. The question must keep its identity between renderings. */
export const useAsked = <T>(question: () => Promise<T>): readonly [Asked<T>, () => void] => {
  const [asked, setAsked] = useState<Asked<T>>({ state: "asking" });
  const [round, setRound] = useState(0);

  useEffect(() => {
    let current = true;
    question().then(
      (answer) => current && setAsked({ state: "answered", answer }),
      (error: unknown) => current && setAsked({ state: "refused", refusal: refusalOf(error) }),
    );
    return () => {
      current = false;
    };
  }, [question, round]);

  const again = useCallback(() => {
    setAsked({ state: "asking" });
    setRound((count) => count + 1);
  }, []);
  return [asked, again];
};
