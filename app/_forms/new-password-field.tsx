"use client";

import { useState } from "react";
import { Meter } from "../_ui/meter.tsx";
import { passwordLimits, passwordStrength } from "./password-strength.ts";
import { PasswordField } from "./password-field.tsx";

interface NewPasswordFieldProps {
  readonly label: string;
  readonly expected: string | undefined;
  readonly first?: boolean;
}

/** A password someone chooses: its limits said beforehand, its strength while it is typed, no rules of composition. */
export const NewPasswordField = ({ label, expected, first = false }: NewPasswordFieldProps) => {
  const [password, setPassword] = useState("");
  const { percent, tone, words } = passwordStrength(password);
  return (
    <PasswordField
      label={label}
      name="password"
      autoComplete="new-password"
      first={first}
      expected={expected}
      onChange={setPassword}
      hint={
        <>
          <span className="mb-1.5 block pt-1">
            <Meter label="Strength" percent={percent} tone={tone} />
          </span>
          <span className="flex justify-between gap-3">
            <span>
              {passwordLimits.min} to {passwordLimits.max} characters. A few words work well.
            </span>
            <output className="shrink-0 font-medium">{words}</output>
          </span>
        </>
      }
    />
  );
};
