"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { leaveForSignIn } from "../../_session/leave-for-sign-in.ts";
import { useSession } from "../../_session/session-provider.tsx";
import { Button } from "../../_ui/button.tsx";
import { classNames } from "../../_ui/class-names.ts";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { reasonTexts, type Reason } from "./explain-error.ts";

interface EntranceProps {
  readonly to: string;
  readonly reason: Reason | undefined;
}

const panel = "rounded-xl border border-line bg-surface p-6 shadow-card";
const tones = { plain: "bg-raised text-ink", warn: "bg-warn-soft text-warn", bad: "bg-bad-soft text-bad" } as const;

/** The sign-in link for whoever is signed out; whoever is signed in continues at once. */
export const Entrance = ({ to, reason }: EntranceProps) => {
  const { state, retry } = useSession();
  const router = useRouter();
  const [leaving, setLeaving] = useState(false);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    if (state === "authenticated") router.replace(to);
  }, [router, state, to]);

  const leave = (): void => {
    setLeaving(true);
    setFailed(false);
    leaveForSignIn(to).catch(() => {
      setLeaving(false);
      setFailed(true);
    });
  };

  if (state === "unavailable") {
    return (
      <div role="alert" className={`${panel} space-y-4`}>
        <p>Topolo Auth cannot be reached. This page keeps trying.</p>
        <Button onClick={retry} className="w-full">
          Try now
        </Button>
      </div>
    );
  }
  if (state !== "unauthenticated") {
    return (
      <output aria-label="Restoring your session" className={`block ${panel} space-y-5`}>
        <Skeleton className="h-6" />
        <Skeleton className="h-10" />
      </output>
    );
  }
  const explanation = reasonTexts[failed ? "failed" : (reason ?? "signed-out")];
  return (
    <div className={`${panel} space-y-5`}>
      {(failed || reason !== undefined) && (
        <output className={classNames("block rounded-lg px-3 py-2 text-sm", tones[explanation.tone])}>
          {explanation.text}
        </output>
      )}
      <Button look="primary" disabled={leaving} onClick={leave} className="min-h-10 w-full">
        {leaving ? "Please wait…" : "Sign in"}
      </Button>
      <p className="text-center text-sm text-muted">You sign in on Topolo Auth's own page.</p>
    </div>
  );
};
