"use client";

import { useState, type SubmitEvent } from "react";
import { authRefusalOf, type AuthRefusal } from "../_auth-api/auth-refusal.ts";

interface Leaving {
  readonly leaves: true;
}

/** Said by an action after which the browser leaves the page: until then nothing can be pressed twice. */
export const leaving: Leaving = { leaves: true };

type Action = () => Promise<Leaving | void>;

/** A form, or a button, that asks Auth for something. */
export interface Submitting {
  readonly busy: boolean;
  readonly refusal: AuthRefusal | undefined;
  /** What was expected in a field that was refused. */
  readonly expected: (field: string) => string | undefined;
  readonly run: (action: Action) => void;
  readonly submit: (action: (form: FormData) => ReturnType<Action>) => (event: SubmitEvent<HTMLFormElement>) => void;
}

export const useSubmit = (): Submitting => {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<AuthRefusal>();
  const run = (action: Action): void => {
    if (busy) return;
    setBusy(true);
    setRefusal(undefined);
    action().then(
      (outcome) => setBusy(outcome !== undefined),
      (error: unknown) => {
        setBusy(false);
        setRefusal(authRefusalOf(error));
      },
    );
  };
  return {
    busy,
    refusal,
    expected: (field) => refusal?.issues.find((issue) => issue.field === field)?.expected,
    run,
    submit: (action) => (event) => {
      event.preventDefault();
      const form = new FormData(event.currentTarget);
      run(() => action(form));
    },
  };
};

/** A text field of a submitted form, exactly as typed. */
export const formText = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
};
