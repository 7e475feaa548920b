import { errorOf, understand, type AskAuth } from "./ask-auth.ts";
import type { SessionHolder } from "./session-holder.ts";
import { parseSession, parseValidatedSession, type AuthSession } from "./session.ts";
import type { TabBridge } from "./tab-bridge.ts";

interface CreateRefresh {
  readonly ask: AskAuth["ask"];
  readonly holder: SessionHolder;
  readonly tabs: TabBridge;
  readonly now: () => number;
}

// What another tab has just learned may arrive a little after its lock is free.
const newsMs = 150;

/** Resolves true as soon as the session is another one than at the start. */
const sessionChanges = (holder: SessionHolder, before: AuthSession | undefined): Promise<boolean> =>
  new Promise((resolve) => {
    const settle = (changed: boolean): void => {
      clearTimeout(timer);
      end();
      resolve(changed);
    };
    const look = (): void => {
      if (holder.session() && holder.session() !== before) settle(true);
    };
    const timer = setTimeout(() => settle(false), newsMs);
    const end = holder.subscribe(look);
    look();
  });

/**
 * Returns the one refresh: callers at the same moment share a request, and tabs of the same app share its answer. Only
 * a 401 signs out.
 */
export const createRefresh = ({ ask, holder, tabs, now }: CreateRefresh): (() => Promise<AuthSession | undefined>) => {
  let running: Promise<AuthSession | undefined> | undefined;

  /** Where the browser withholds Auth's cookie, the token of a code or handoff stays valid until it expires. */
  const stillValid = async (session: AuthSession | undefined): Promise<AuthSession | undefined> => {
    if (!session || session.expiresAt <= now()) return undefined;
    const answer = await ask({ method: "GET", path: "/validate", bearer: session.accessToken });
    if (answer.status === 401) return undefined;
    return {
      ...understand(answer, (body) => parseValidatedSession(body, session.accessToken)),
      expiresAt: session.expiresAt,
    };
  };

  const settle = (startedIn: number, session: AuthSession | undefined): AuthSession | undefined => {
    if (startedIn !== holder.generation()) return session;
    holder.become(session ? "authenticated" : "unauthenticated", session);
    return session;
  };

  const request = async (startedIn: number): Promise<AuthSession | undefined> => {
    const answer = await ask({ path: "/refresh" });
    if (answer.status === 401) return settle(startedIn, await stillValid(holder.session()));
    if (answer.status !== 200) throw errorOf(answer);
    const session = settle(startedIn, understand(answer, parseSession));
    if (session && startedIn === holder.generation()) tabs.send({ type: "session", session });
    return session;
  };

  const refresh = async (): Promise<AuthSession | undefined> => {
    const startedIn = holder.generation();
    const before = holder.session();
    try {
      return await tabs.exclusively(async (waited) =>
        waited && (await sessionChanges(holder, before)) ? holder.session() : request(startedIn),
      );
    } catch (error) {
      if (startedIn === holder.generation() && holder.state() !== "authenticated")
        holder.become("unavailable", undefined);
      throw error;
    }
  };

  return () => {
    running ??= refresh().finally(() => {
      running = undefined;
    });
    return running;
  };
};
