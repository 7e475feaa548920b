"use client";

import { FormField } from "../../../_forms/form-field.tsx";

interface CodeFieldProps {
  readonly method: "totp" | "recovery_code";
  readonly expected: string | undefined;
}

/** The box for a code, as fits its kind. */
export const CodeField = ({ method, expected }: CodeFieldProps) =>
  method === "totp" ? (
    <FormField
      label="Code from your authenticator app"
      name="code"
      inputMode="numeric"
      autoComplete="one-time-code"
      pattern="[0-9 ]{6,7}"
      title="six digits"
      maxLength={7}
      required
      first
      expected={expected}
      className="font-mono text-lg tracking-[0.3em]"
    />
  ) : (
    <FormField
      label="Recovery code"
      name="code"
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={64}
      required
      first
      expected={expected}
      hint="One of the codes you saved when you set up two-factor authentication. Each works once."
      className="font-mono"
    />
  );
