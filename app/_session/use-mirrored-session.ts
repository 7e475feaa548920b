"use client";

import type { AuthClient, AuthSession } from "@topolo/auth-client";
import { useSession as useRelyingPartySession } from "next-auth/react";
import { useEffect, useRef } from "react";
import { endMirroredSession, restoreSession } from "./own-session.ts";

/**
 * Hands each new access token to the dashboard's own session, which confirms it at Auth before it believes it. Where
 * that refuses a token, Auth is asked again: it may have been signed out in another tab.
 */
export const useMirroredSession = (auth: AuthClient, session: AuthSession | undefined): void => {
  const { data, status, update } = useRelyingPartySession();
  const handed = useRef<string>(undefined);
  const ended = auth.state() === "unauthenticated" && status === "authenticated" ? data : undefined;

  useEffect(() => {
    // Signed out in another app: the dashboard's own session goes too, each time that it is found again.
    if (ended) endMirroredSession().catch(() => undefined);
  }, [ended]);

  useEffect(() => {
    if (!session || status === "loading") return;
    const { accessToken, sessionId, user } = session;
    const known = data?.sid === sessionId && data.sub === user.id;
    // Once for each token and each session of ours that is missing: a refusal must not turn into a loop.
    const attempt = `${known} ${accessToken}`;
    if (handed.current === attempt) return;
    handed.current = attempt;
    const hand = async (): Promise<void> => {
      if (known) {
        await update({ accessToken });
        return;
      }
      const result = await restoreSession(accessToken);
      if (result?.ok && !result.error) handed.current = `true ${accessToken}`;
      if (result?.error === "CredentialsSignin") await auth.refresh();
    };
    hand().catch(() => undefined);
  }, [auth, data, session, status, update]);
};
