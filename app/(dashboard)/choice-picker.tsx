"use client";

import { ChevronDown, X } from "lucide-react";
import { Suspense, useRef, useState, type ReactNode, type RefObject } from "react";
import { classNames } from "../_ui/class-names.ts";

/** What a picker gives the list that it opens. */
export interface OpenChoices {
  readonly label: string;
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly value: string | undefined;
  readonly onClose: () => void;
  readonly onChoose: (value: string | undefined) => void;
}

interface ChoicePickerProps {
  readonly label: string;
  /** The id that is chosen; undefined: any. */
  readonly value: string | undefined;
  /** What it is called. */
  readonly shown: string | undefined;
  readonly onChoose: (value: string | undefined) => void;
  /** Shows the list by a lazy component, so that it loads when it first opens. */
  readonly renderList: (open: OpenChoices) => ReactNode;
}

/** A filter whose values are searched by name. What it shows loads when it is opened. */
export const ChoicePicker = ({ label, value, shown, onChoose, renderList }: ChoicePickerProps) => {
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const isSet = value !== undefined;
  return (
    <div
      className={classNames(
        "flex min-w-0 items-center rounded-lg border text-sm",
        isSet ? "border-accent bg-accent-soft text-accent-strong" : "border-line-strong bg-surface",
      )}
    >
      <button
        ref={anchor}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        title={value}
        onClick={() => setOpen(!open)}
        className="flex min-h-9 min-w-0 items-center gap-1.5 rounded-lg px-2.5 font-medium"
      >
        <span className={classNames("shrink-0", !isSet && "text-muted")}>{label}</span>
        {isSet && <bdi className="min-w-0 truncate font-semibold">{shown ?? value}</bdi>}
        {!isSet && <ChevronDown aria-hidden="true" className="size-4 shrink-0 text-muted" />}
      </button>
      {isSet && (
        <button
          type="button"
          aria-label={`Any ${label.toLowerCase()}`}
          onClick={() => {
            anchor.current?.focus();
            onChoose(undefined);
          }}
          className="grid min-h-9 w-8 shrink-0 place-items-center rounded-lg hover:bg-surface"
        >
          <X aria-hidden="true" className="size-4" />
        </button>
      )}
      {open && (
        <Suspense>
          {renderList({
            label,
            anchor,
            value,
            onClose: () => setOpen(false),
            onChoose: (next) => {
              setOpen(false);
              onChoose(next);
            },
          })}
        </Suspense>
      )}
    </div>
  );
};
