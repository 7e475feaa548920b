"use client";

import { createContext, lazy, Suspense, use, useCallback, useMemo, useRef, useState, type ReactNode } from "react";
import { AuthRefusal, authRefusalOf } from "../../../../_auth-api/auth-refusal.ts";
import { useAskAuth } from "../../../../_data/use-auth-answer.ts";
import { useSession } from "../../../../_session/session-provider.tsx";

const StepUpDialog = lazy(() =>
  import("../_parts/step-up-dialog.tsx").then((module) => ({ default: module.StepUpDialog })),
);

interface StepUp {
  /** Does something sensitive; where Auth wants to know again who it is, asks, and does it once more. */
  readonly withStepUp: <T>(act: () => Promise<T>) => Promise<T>;
  /** Asks at once, for what happens on another page; nothing where that was a moment ago. */
  readonly confirmIdentity: () => Promise<void>;
}

const Context = createContext<StepUp | undefined>(undefined);

export const useStepUp = (): StepUp => {
  const stepUp = use(Context);
  if (!stepUp) throw new Error("useStepUp outside of StepUpProvider");
  return stepUp;
};

// A little less than Auth's ten minutes.
const freshMs = 9 * 60_000;

/** Asks people to show again who they are, wherever a change needs a recent sign-in. */
export const StepUpProvider = ({ children }: { readonly children: ReactNode }) => {
  const ask = useAskAuth();
  const { auth } = useSession();
  const [open, setOpen] = useState(false);
  const waiting = useRef<PromiseWithResolvers<void>>(undefined);
  const confirmedAt = useRef(0);

  const confirm = useCallback((): Promise<void> => {
    waiting.current ??= Promise.withResolvers<void>();
    setOpen(true);
    return waiting.current.promise;
  }, []);

  const settle = (confirmed: boolean): void => {
    const { current } = waiting;
    waiting.current = undefined;
    setOpen(false);
    if (!confirmed) {
      current?.reject(new AuthRefusal("reauthentication_required"));
      return;
    }
    confirmedAt.current = Date.now();
    // A token from before the confirmation does not count.
    auth.refresh().then(
      () => current?.resolve(),
      (error: unknown) => current?.reject(error),
    );
  };

  const stepUp = useMemo<StepUp>(
    () => ({
      confirmIdentity: async () => {
        if (Date.now() - confirmedAt.current > freshMs) await confirm();
      },
      withStepUp: async (act) => {
        try {
          return await act();
        } catch (error) {
          if (authRefusalOf(error).code !== "reauthentication_required") throw error;
          await confirm();
          return act();
        }
      },
    }),
    [confirm],
  );

  return (
    <Context value={stepUp}>
      {children}
      {open && (
        <Suspense>
          <StepUpDialog ask={ask} onConfirmed={() => settle(true)} onClose={() => settle(false)} />
        </Suspense>
      )}
    </Context>
  );
};
