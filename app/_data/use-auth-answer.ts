"use client";

import { skipToken, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { authRefusalOf, type AuthRefusal } from "../_auth-api/auth-refusal.ts";
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

/**
 * Reads a route of Auth's when it is first shown and on demand; nothing is asked without a path. One question has one
 * reader, or several that agree.
 */
export const useAuthAnswer = <T>(path: string | undefined, read: (body: unknown) => T): AuthAnswerOf<T> => {
  const ask = useAskAuth();
  const { data, error, refetch } = useQuery({
    queryKey: ["auth", path],
    queryFn: path === undefined ? skipToken : () => ask("GET", path),
    select: read,
    refetchOnWindowFocus: false,
  });
  const reload = useCallback(() => void refetch(), [refetch]);
  return { data, refusal: error === null ? undefined : authRefusalOf(error), reload };
};
