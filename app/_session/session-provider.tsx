"use client";

import { createAuthClient, type AuthClient, type AuthSession, type AuthState } from "@topolo/auth-client";
import { SessionProvider as RelyingPartySession, signOut } from "next-auth/react";
import { createContext, use, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from "react";
import { signInHeld } from "./leave-for-sign-in.ts";
import { serviceId } from "./service-id.ts";
import { useMirroredSession } from "./use-mirrored-session.ts";
import { useRefreshing } from "./use-refreshing.ts";

export interface SessionContext {
  readonly auth: AuthClient;
  readonly authUrl: string;
  readonly state: AuthState;
  readonly session: AuthSession | undefined;
  /** Ends Auth's session and the dashboard's own. False: Auth could not be told. */
  readonly signOut: () => Promise<boolean>;
  /** Asks Auth again at once, where it could not be reached. */
  readonly retry: () => void;
}

const Context = createContext<SessionContext | undefined>(undefined);

/** The session and what can be done with it. */
export const useSession = (): SessionContext => {
  const session = use(Context);
  if (!session) throw new Error("useSession outside of SessionProvider");
  return session;
};

const endSession = async (auth: AuthClient): Promise<boolean> => {
  const told = await auth.logout().then(
    () => true,
    () => false,
  );
  await signOut({ redirect: false }).catch(() => undefined);
  return told;
};

const Mirror = ({ auth, session }: { readonly auth: AuthClient; readonly session: AuthSession | undefined }) => {
  useMirroredSession(auth, session);
  return null;
};

/** Restores the session from Auth's cookie, renews it before it ends, and keeps the dashboard's own beside it. */
export const SessionProvider = ({ authUrl, children }: { readonly authUrl: string; readonly children: ReactNode }) => {
  const [auth] = useState(() => createAuthClient({ authUrl, serviceId }));
  const state = useSyncExternalStore(auth.subscribe, auth.state, () => "loading" as const);
  const session = useSyncExternalStore(auth.subscribe, auth.session, () => undefined);
  const retry = useRefreshing(auth, state, session);
  const context = useMemo(
    () => ({ auth, authUrl, state, session, signOut: () => endSession(auth), retry }),
    [auth, authUrl, state, session, retry],
  );

  useEffect(() => {
    if (state !== "authenticated") return;
    signInHeld();
    auth.followOtherApps();
  }, [auth, state]);

  return (
    <RelyingPartySession refetchOnWindowFocus={false}>
      <Mirror auth={auth} session={session} />
      <Context value={context}>{children}</Context>
    </RelyingPartySession>
  );
};
