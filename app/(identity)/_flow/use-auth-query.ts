"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { authRefusalOf, type AuthRefusal } from "../../_auth-api/auth-refusal.ts";

/** An answer of Auth that a page needs before it can show itself. */
export type AuthQuery<T> =
  | { readonly state: "asking" }
  | { readonly state: "answered"; readonly answer: T }
  | { readonly state: "refused"; readonly refusal: AuthRefusal };

/** Asks Auth once on mount, and again when the returned function is called; the last answer is kept meanwhile. `question` must be memoized. */
export const useAuthQuery = <T>(question: () => Promise<T>): readonly [AuthQuery<T>, () => void] => {
  const [query, setQuery] = useState<AuthQuery<T>>({ state: "asking" });
  const latest = useRef(0);

  const ask = useCallback(() => {
    const mine = ++latest.current;
    const settle = (next: AuthQuery<T>): void => {
      if (latest.current === mine) setQuery(next);
    };
    question().then(
      (answer) => settle({ state: "answered", answer }),
      (error: unknown) => settle({ state: "refused", refusal: authRefusalOf(error) }),
    );
  }, [question]);

  useEffect(() => {
    ask();
    return () => {
      latest.current += 1;
    };
  }, [ask]);

  return [query, ask];
};
