"use client";

import type { AuthClient, AuthSession, AuthState } from "@topolo/auth-client";
import { useCallback, useEffect, useState } from "react";

const renewBeforeMs = 60_000;
const firstRetryMs = 1_000;
const longestRetryMs = 30_000;

/**
 * Keeps the session fresh: asks Auth at the start and before the access token ends. What goes wrong is tried again,
 * ever more slowly, since only a clear no of Auth signs anybody out.
 */
export const useRefreshing = (auth: AuthClient, state: AuthState, session: AuthSession | undefined): (() => void) => {
  const [failures, setFailures] = useState(0);

  const ask = useCallback(
    () =>
      auth.refresh().then(
        () => setFailures(0),
        () => setFailures((count) => count + 1),
      ),
    [auth],
  );

  useEffect(() => {
    if (auth.state() === "loading") void ask();
  }, [auth, ask]);

  useEffect(() => {
    if (state === "unauthenticated" || (failures === 0 && !session)) return undefined;
    const untilRenewal = session ? Math.max(session.expiresAt - Date.now() - renewBeforeMs, 0) : 0;
    const pauseMs = failures === 0 ? untilRenewal : Math.min(firstRetryMs * 2 ** (failures - 1), longestRetryMs);
    const timer = setTimeout(() => void ask(), pauseMs);
    return () => clearTimeout(timer);
  }, [ask, failures, session, state]);

  return useCallback(() => void ask(), [ask]);
};
