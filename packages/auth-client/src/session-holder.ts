import type { AuthSession } from "./session.ts";

/** `loading` until the first refresh has answered; `unavailable` while Auth cannot be asked. Only a 401 means signed out. */
export type AuthState = "loading" | "authenticated" | "unauthenticated" | "unavailable";

export interface SessionHolder {
  readonly state: () => AuthState;
  readonly session: () => AuthSession | undefined;
  readonly subscribe: (listener: () => void) => () => void;
  /** Rises with every sign-in and sign-out: an answer asked for before one of them comes too late. */
  readonly generation: () => number;
  readonly nextGeneration: () => number;
  readonly become: (state: AuthState, session: AuthSession | undefined) => void;
}

/** The one place where state and session are kept, always changed together. */
export const createSessionHolder = (): SessionHolder => {
  const listeners = new Set<() => void>();
  let state: AuthState = "loading";
  let session: AuthSession | undefined;
  let generation = 0;
  return {
    state: () => state,
    session: () => session,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    generation: () => generation,
    nextGeneration: () => {
      generation += 1;
      return generation;
    },
    become: (nextState, nextSession) => {
      if (nextState === state && nextSession === session) return;
      state = nextState;
      session = nextSession;
      for (const listener of listeners) listener();
    },
  };
};
