import type { ReactNode } from "react";
import { classNames } from "../_ui/class-names.ts";

const tones = {
  bad: "bg-bad-soft text-bad",
  warn: "bg-warn-soft text-warn",
  good: "bg-good-soft text-good",
} as const;

/** A word of state above a form. */
export const Notice = ({ tone, children }: { readonly tone: keyof typeof tones; readonly children: ReactNode }) => (
  <span className={classNames("block rounded-lg px-3 py-2 text-sm text-pretty break-words", tones[tone])}>
    {children}
  </span>
);
