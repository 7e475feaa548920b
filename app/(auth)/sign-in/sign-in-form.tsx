"use client";

import { AuthClientError } from "@topolo/auth-client";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState, type SubmitEvent } from "react";
import { useSession } from "../../_session/session-provider.tsx";
import { Button } from "../../_ui/button.tsx";
import { TextField } from "../../_ui/field.tsx";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { explainRefusal } from "./explain-refusal.ts";

interface SignInFormProps {
  readonly to: string;
  /** The last sign-out did not reach Auth. */
  readonly incomplete: boolean;
}

const textOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
};

const panel = "rounded-xl border border-line bg-surface p-6 shadow-card";

/** Shown only once Auth has said that nobody is signed in. */
export const SignInForm = ({ to, incomplete }: SignInFormProps) => {
  const { auth, state, retry } = useSession();
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const problemBox = useRef<HTMLParagraphElement>(null);

  useEffect(() => {
    if (state === "authenticated") router.replace(to);
  }, [router, state, to]);

  useEffect(() => {
    if (problem !== undefined) problemBox.current?.focus();
  }, [problem]);

  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(undefined);
    auth.login({ email: textOf(form, "email"), password: textOf(form, "password") }).then(
      () => undefined,
      (error: unknown) => {
        setBusy(false);
        setProblem(explainRefusal(AuthClientError.is(error) ? error.code : "unavailable"));
      },
    );
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
        <Skeleton className="h-14" />
        <Skeleton className="h-14" />
        <Skeleton className="h-10" />
      </output>
    );
  }
  return (
    <form method="post" onSubmit={submit} aria-label="Sign in" className={`${panel} space-y-4`}>
      {incomplete && (
        <p className="rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">
          Topolo Auth could not be told that you signed out: your session there may still be open.
        </p>
      )}
      {problem !== undefined && (
        <p ref={problemBox} role="alert" tabIndex={-1} className="rounded-lg bg-bad-soft px-3 py-2 text-sm text-bad">
          {problem}
        </p>
      )}
      <TextField label="E-mail" name="email" type="email" autoComplete="username" required maxLength={254} />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        maxLength={256}
      />
      <Button type="submit" look="primary" disabled={busy} className="mt-1 min-h-10 w-full">
        {busy ? "Signing in…" : "Sign in"}
      </Button>
    </form>
  );
};
