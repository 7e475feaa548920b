"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { classNames } from "./class-names.ts";

const shownMs = 1_600;

/** Copies a text and says so. */
export const CopyButton = ({
  text,
  label,
  className,
}: {
  readonly text: string;
  readonly label: string;
  readonly className?: string;
}) => {
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };

  return (
    <button
      type="button"
      onClick={copy}
      aria-label={label}
      title={copied ? "Copied" : label}
      className={classNames(
        "inline-grid size-7 shrink-0 place-items-center rounded-md text-muted transition-colors hover:bg-raised hover:text-ink",
        className,
      )}
    >
      {copied ? <Check className="size-4 text-good" /> : <Copy className="size-4" />}
      <output className="sr-only">{copied ? "Copied" : ""}</output>
    </button>
  );
};
