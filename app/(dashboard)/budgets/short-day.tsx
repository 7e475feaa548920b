"use client";

import { useTimeZone } from "../../_ui/use-time-zone.ts";

/** A day of the reader's calendar and its time, short: `Mon 30 Nov, 14:00`. */
export const ShortDay = ({ at }: { readonly at: string }) => {
  const [timeZone] = useTimeZone();
  const moment = new Date(at);
  const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long", timeZone });
  const short = new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
  });
  return (
    <time dateTime={at} title={full.format(moment)} className="whitespace-nowrap">
      {short.format(moment)}
    </time>
  );
};
