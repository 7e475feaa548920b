"use client";

import { useSyncExternalStore } from "react";
import { useTimeZone } from "./use-time-zone.ts";

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

/** A moment in full, in the reader's time zone. */
const useFullTime = (at: string): string => {
  const [timeZone] = useTimeZone();
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium", timeZone }).format(new Date(at));
};

const ago = (at: number, moment: number): string => {
  const passed = Math.max(moment - at, 0);
  const step = steps.find(([, ms]) => passed >= ms);
  return step ? relative.format(-Math.floor(passed / step[1]), step[0]) : "just now";
};

/** How long ago something was; the title has the full time. Rendered in the browser alone, whose clock counts. */
export const TimeAgo = ({ at }: { readonly at: string }) => {
  const moment = useSyncExternalStore(subscribe, now, () => 0);
  const full = useFullTime(at);
  return (
    <time dateTime={at} title={full} className="whitespace-nowrap">
      {ago(Date.parse(at), moment)}
    </time>
  );
};

/** A moment in full, in the reader's time zone. */
export const FullTime = ({ at }: { readonly at: string }) => <time dateTime={at}>{useFullTime(at)}</time>;
