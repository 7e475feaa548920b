"use client";

import { useState, type ReactNode } from "react";
import { FormField } from "./form-field.tsx";

interface PasswordFieldProps {
  readonly label: string;
  readonly name: string;
  readonly autoComplete: "current-password" | "new-password";
  readonly expected?: string | undefined;
  readonly hint?: ReactNode;
  readonly aside?: ReactNode;
  readonly first?: boolean;
  /** May stay empty. */
  readonly optional?: boolean;
  readonly onChange?: (password: string) => void;
}

/** A password box that can be looked into. Nothing is trimmed or changed, and pasting works. */
export const PasswordField = ({ onChange, optional = false, ...rest }: PasswordFieldProps) => {
  const [shown, setShown] = useState(false);
  return (
    <FormField
      {...rest}
      type={shown ? "text" : "password"}
      required={!optional}
      spellCheck={false}
      autoCapitalize="none"
      onChange={(event) => onChange?.(event.currentTarget.value)}
      end={
        <button
          type="button"
          aria-pressed={shown}
          aria-label={shown ? "Hide password" : "Show password"}
          onClick={() => setShown(!shown)}
          className="min-h-8 rounded-md px-2.5 text-sm font-medium text-muted hover:bg-raised hover:text-ink"
        >
          {shown ? "Hide" : "Show"}
        </button>
      }
    />
  );
};
