"use client";

import { useEffect, useRef } from "react";
import { explainError } from "../_auth-api/explain.ts";
import type { AuthRefusal } from "../_auth-api/auth-refusal.ts";

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
    <div ref={box} role="alert" tabIndex={-1} className="rounded-lg bg-bad-soft px-3 py-2 text-sm text-bad">
      <p className="text-pretty">
        {passwordAlone && refusal.code === "invalid_credentials" ? "Wrong password." : explainError(refusal)}
      </p>
      {refusal.code === "internal" && refusal.requestId !== undefined && (
        <p className="mt-1 font-mono text-xs break-all">request {refusal.requestId}</p>
      )}
    </div>
  );
};
