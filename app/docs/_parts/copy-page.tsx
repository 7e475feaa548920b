"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";

const shownMs = 1_600;
type State = "idle" | "copied" | "failed";
const words: Readonly<Record<State, string>> = { idle: "Copy as Markdown", copied: "Copied", failed: "Not copied" };

/** Copies the page as Markdown, as it is read at `address`. */
export const CopyPage = ({ address }: { readonly address: string }) => {
  const [state, setState] = useState<State>("idle");

  useEffect(() => {
    if (state === "idle") return undefined;
    const timer = setTimeout(() => setState("idle"), shownMs);
    return () => clearTimeout(timer);
  }, [state]);

  const copy = async (): Promise<void> => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
    await navigator.clipboard.writeText(await answer.text());
  };

  return (
    <button
      type="button"
      onClick={() =>
        void copy().then(
          () => setState("copied"),
          () => setState("failed"),
        )
      }
      className="inline-flex min-h-8 items-center gap-1.5 rounded-lg border border-line bg-surface px-2.5 text-sm font-medium text-muted hover:text-ink"
    >
      {state === "copied" ? <Check className="size-4" /> : <Copy className="size-4" />}
      <span aria-live="polite">{words[state]}</span>
    </button>
  );
};
