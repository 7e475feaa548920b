"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import Link from "next/link";
import { useMemo } from "react";
import { useAnswer } from "../../_data/use-answer.ts";
import { useMinute } from "../../_data/use-minute.ts";
import { addDays, dayIn, firstOfMonth } from "../../_data/zoned-days.ts";
import { exactMoney, formatMoney } from "../../_ui/format-money.ts";
import { useTimeZone } from "../../_ui/use-time-zone.ts";

const everyMs = 60_000;
const mostKeys = 100;

/** What keys and tokens have spent this month, by their ids; undefined while that is not known, or not for the reader. */
export type SpentByKey = ReadonlyMap<string, string> | undefined;

/** Of the organization's keys those that spent most; of the others nobody says anything. */
export const useSpentByKey = (): SpentByKey => {
  const [zone] = useTimeZone();
  const today = dayIn(zone, useMinute());
  const { data } = useAnswer(
    useNexus().usage.explore.queryOptions(
      {
        from: firstOfMonth(today),
        to: addDays(today, 1),
        timeZone: zone,
        interval: "month",
        groupBy: ["key"],
        limit: mostKeys,
      },
      { refetchInterval: everyMs },
    ),
  );
  return useMemo(
    () =>
      data &&
      new Map(
        data.groups.flatMap(({ by: [key], totals }) => (key?.value ? [[key.value, totals.costNanos] as const] : [])),
      ),
    [data],
  );
};

/** What one of them has spent this month, and the way to what for. */
export const SpentThisMonth = ({ of, spent }: { readonly of: string; readonly spent: SpentByKey }) => {
  if (spent === undefined) return null;
  const nanos = spent.get(of) ?? "0";
  return (
    <p className="text-sm text-muted">
      <Link
        href={`/usage?period=month&key=${encodeURIComponent(of)}`}
        title={exactMoney(nanos)}
        className="rounded font-medium text-accent tabular-nums hover:underline"
      >
        {formatMoney(nanos)}
      </Link>{" "}
      spent this month
    </p>
  );
};
