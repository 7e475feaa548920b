"use client";

import { useSyncExternalStore } from "react";

const everyMs = 10_000;

const subscribe = (changed: () => void): (() => void) => {
  const timer = setInterval(changed, everyMs);
  return () => clearInterval(timer);
};

const now = (): number => Math.floor(Date.now() / everyMs) * everyMs;

const steps = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;
const relative = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "narrow" });
const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

const ago = (at: number, moment: number): string => {
  const passed = Math.max(moment - at, 0);
  const step = steps.find(([, ms]) => passed >= ms);
  return step ? relative.format(-Math.floor(passed / step[1]), step[0]) : "just now";
};

/** How long ago something was; the title has the full time. Rendered in the browser alone, whose zone and clock count. */
export const TimeAgo = ({ at }: { readonly at: string }) => {
  const moment = useSyncExternalStore(subscribe, now, () => 0);
  return (
    <time dateTime={at} title={full.format(new Date(at))} className="whitespace-nowrap">
      {ago(Date.parse(at), moment)}
    </time>
  );
};

export const FullTime = ({ at }: { readonly at: string }) => <time dateTime={at}>{full.format(new Date(at))}</time>;
