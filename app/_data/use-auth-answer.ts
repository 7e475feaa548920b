"use client";

import { useCallback, useEffect, useEffectEvent, useMemo, useState } from "react";
import { authRefusalOf, type AuthRefusal } from "../(identity)/_api/auth-refusal.ts";
import { useSession } from "../_session/session-provider.tsx";
import { askAuthAs, type AskAuthAs } from "./ask-auth-as.ts";

export interface AuthAnswerOf<T> {
  /** The last answer; kept while it is asked for again. */
  readonly data: T | undefined;
  readonly refusal: AuthRefusal | undefined;
  readonly reload: () => void;
}

/** Auth, asked as the person who is signed in. */
export const useAskAuth = (): AskAuthAs => {
  const { auth, authUrl } = useSession();
  return useMemo(() => askAuthAs(auth, authUrl), [auth, authUrl]);
};

interface Settled<T> {
  readonly question: string;
  readonly data: T | undefined;
  readonly refusal: AuthRefusal | undefined;
}

/** Reads a route of Auth's when it is first shown and on demand. */
export const useAuthAnswer = <T>(path: string, read: (body: unknown) => T): AuthAnswerOf<T> => {
  const ask = useAskAuth();
  const [round, setRound] = useState(0);
  const [settled, setSettled] = useState<Settled<T>>();
  const question = `${path} ${round}`;
  const load = useEffectEvent(async () => read(await ask("GET", path)));

  useEffect(() => {
    let current = true;
    load().then(
      (data) => {
        if (current) setSettled({ question, data, refusal: undefined });
      },
      (error: unknown) => {
        if (current) setSettled((before) => ({ question, data: before?.data, refusal: authRefusalOf(error) }));
      },
    );
    return () => {
      current = false;
    };
  }, [question]);

  return {
    data: settled?.data,
    refusal: settled?.refusal,
    reload: useCallback(() => setRound((count) => count + 1), []),
  };
};
