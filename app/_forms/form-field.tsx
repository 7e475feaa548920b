"use client";

import { useEffect, useId, useRef, useState, type ComponentProps, type ReactNode } from "react";
import { classNames } from "../_ui/class-names.ts";

interface FormFieldProps extends Omit<ComponentProps<"input">, "id" | "ref"> {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What was expected, where the value was refused. */
  readonly expected?: string | undefined;
  /** The page begins here. */
  readonly first?: boolean;
  /** Beside the label: the way to help. */
  readonly aside?: ReactNode;
  /** Inside the box, at its end. */
  readonly end?: ReactNode;
}

const box =
  "w-full min-h-10 rounded-lg border bg-surface px-3 py-1.5 text-ink placeholder:text-muted focus-visible:outline-offset-0";

/** A labelled text box with its hint and, where it was refused, what was expected. */
export const FormField = ({
  label,
  hint,
  expected,
  first = false,
  aside,
  end,
  className,
  onChange,
  ...rest
}: FormFieldProps) => {
  const id = useId();
  const [corrected, setCorrected] = useState(false);
  const complaint = corrected ? undefined : expected;
  const input = useRef<HTMLInputElement>(null);
  const described = [complaint !== undefined && `${id}-error`, hint !== undefined && `${id}-hint`].filter(Boolean);

  // What is sent again may be refused again.
  if (corrected && expected === undefined) setCorrected(false);

  useEffect(() => {
    if (first) input.current?.focus();
  }, [first]);

  return (
    <div>
      <div className="mb-1 flex items-baseline justify-between gap-3 text-sm">
        <label htmlFor={id} className="font-medium text-muted">
          {label}
        </label>
        {aside}
      </div>
      <div className="relative">
        <input
          ref={input}
          id={id}
          aria-invalid={complaint !== undefined || undefined}
          aria-describedby={described.length === 0 ? undefined : described.join(" ")}
          className={classNames(
            box,
            complaint === undefined ? "border-line-strong" : "border-bad",
            end !== undefined && "pr-16",
            className,
          )}
          {...rest}
          onChange={(event) => {
            setCorrected(true);
            onChange?.(event);
          }}
        />
        {end !== undefined && <div className="absolute inset-y-0 right-1 flex items-center">{end}</div>}
      </div>
      {complaint !== undefined && (
        <p id={`${id}-error`} className="mt-1 text-sm text-bad">
          Please enter {complaint}.
        </p>
      )}
      {hint !== undefined && (
        <div id={`${id}-hint`} className="mt-1 text-sm text-muted">
          {hint}
        </div>
      )}
    </div>
  );
};
