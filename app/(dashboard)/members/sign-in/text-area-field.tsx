"use client";

import { useId, type ComponentProps } from "react";

interface TextAreaFieldProps extends Omit<ComponentProps<"textarea">, "id"> {
  readonly label: string;
  readonly hint?: string;
  /** What was expected, where the value was refused. */
  readonly expected?: string | undefined;
}

/** A labelled box for a text of many lines. */
export const TextAreaField = ({ label, hint, expected, ...rest }: TextAreaFieldProps) => {
  const id = useId();
  const described = [expected !== undefined && `${id}-error`, hint !== undefined && `${id}-hint`]
    .filter(Boolean)
    .join(" ");
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium text-muted">
        {label}
      </label>
      <textarea
        id={id}
        aria-invalid={expected !== undefined || undefined}
        aria-describedby={described === "" ? undefined : described}
        spellCheck={false}
        rows={5}
        className="w-full rounded-lg border border-line-strong bg-surface px-3 py-1.5 font-mono text-xs text-ink placeholder:text-muted focus-visible:outline-offset-0"
        {...rest}
      />
      {expected !== undefined && (
        <p id={`${id}-error`} className="mt-1 text-sm text-bad">
          Please enter {expected}.
        </p>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="mt-1 text-sm text-muted">
          {hint}
        </p>
      )}
    </div>
  );
};
