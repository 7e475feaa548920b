"use client";

import { useEffect, useRef, type ReactNode } from "react";
import { explainError } from "../_auth-api/explain.ts";
import type { AuthRefusal } from "../_auth-api/auth-refusal.ts";
import { classNames } from "../_ui/class-names.ts";

const tones = {
  bad: "bg-bad-soft text-bad",
  warn: "bg-warn-soft text-warn",
  good: "bg-good-soft text-good",
} as const;

/** A word of state above a form. */
export const Notice = ({ tone, children }: { readonly tone: keyof typeof tones; readonly children: ReactNode }) => (
  <span className={classNames("block rounded-lg px-3 py-2 text-sm text-pretty break-words", tones[tone])}>
    {children}
  </span>
);

interface RefusalNoticeProps {
  readonly refusal: AuthRefusal | undefined;
  /** The form asks for the password of an account that is known, and for no address. */
  readonly passwordAlone?: boolean;
}

/** What was refused, in words; takes the focus, so that it is read and the keyboard is where the help is. */
export const RefusalNotice = ({ refusal, passwordAlone = false }: RefusalNoticeProps) => {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (refusal !== undefined) box.current?.focus();
  }, [refusal]);
  if (refusal === undefined) return null;
  return (
    <div ref={box} role="alert" tabIndex={-1} className={classNames("rounded-lg px-3 py-2 text-sm", tones.bad)}>
      <p className="text-pretty">
        {passwordAlone && refusal.code === "invalid_credentials" ? "Wrong password." : explainError(refusal)}
      </p>
      {refusal.code === "internal" && refusal.requestId !== undefined && (
        <p className="mt-1 font-mono text-xs break-all">request {refusal.requestId}</p>
      )}
    </div>
  );
};
