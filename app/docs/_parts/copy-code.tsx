"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";

const shownMs = 1_600;

/** Copies the block of code that it stands in. */
export const CopyCode = () => {
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = (button: HTMLButtonElement): void => {
    const text = button.closest("figure")?.querySelector("code")?.textContent ?? "";
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };

  return (
    <button
      type="button"
      onClick={({ currentTarget }) => copy(currentTarget)}
      aria-label="Copy the code"
      title={copied ? "Copied" : "Copy"}
      className="absolute top-2 right-2 inline-grid size-8 place-items-center rounded-md bg-surface text-muted hover:text-ink"
    >
      {copied ? <Check className="size-4 text-good" /> : <Copy className="size-4" />}
      <output className="sr-only">{copied ? "Copied" : ""}</output>
    </button>
  );
};
