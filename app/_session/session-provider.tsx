"use client";

import { createAuthClient, type AuthClient, type AuthSession, type AuthState } from "@topolo/auth-client";
import {
  createContext,
  lazy,
  Suspense,
  use,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from "react";
import { signInHeld } from "./leave-for-sign-in.ts";
import { serviceId } from "./service-id.ts";
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
  const { endMirroredSession } = await import("./relying-party.ts");
  await endMirroredSession().catch(() => undefined);
  return told;
};

// The relying party's own script is needed by no page.
const MirroredSession = lazy(() =>
  import("./relying-party.ts").then((module) => ({ default: module.MirroredSession })),
);

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
    <>
      {state !== "loading" && (
        <Suspense>
          <MirroredSession auth={auth} session={session} />
        </Suspense>
      )}
      <Context value={context}>{children}</Context>
    </>
  );
};
