"use client";

import { useState } from "react";
import type { ExploredUsage, UsageMeasured } from "../../_data/answers.ts";
import { Card } from "../../_ui/card.tsx";
import { formatMoney } from "../../_ui/format-money.ts";
import { wordOf, type Dimension } from "./usage-question.ts";

type Measure = "cost" | "calls" | "errors";

const height = 140;
const slot = 20;
/** The largest groups have a shade each; what is smaller is one. */
const shades = ["fill-accent", "fill-accent/70", "fill-accent/50", "fill-accent/35", "fill-accent/25"] as const;
const dots = ["bg-accent", "bg-accent/70", "bg-accent/50", "bg-accent/35", "bg-accent/25"] as const;
const rest = { fill: "fill-line-strong/60", dot: "bg-line-strong/60" } as const;

const titles = { cost: "Cost", calls: "Calls", errors: "Errors" } as const;

const valueOf = (measured: UsageMeasured | undefined, measure: Measure): bigint => {
  if (measured === undefined) return 0n;
  if (measure === "cost") return BigInt(measured.costNanos);
  return BigInt(measure === "calls" ? measured.calls : measured.errors);
};

const shownAs = (value: bigint, measure: Measure): string =>
  measure === "cost" ? formatMoney(value) : value.toLocaleString("en-US");

const stepName = (usage: ExploredUsage): Intl.DateTimeFormat => {
  const [first = "", second] = usage.intervals;
  const isHours = second !== undefined && Date.parse(second) - Date.parse(first) < 86_400_000 / 2;
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: usage.timeZone,
    ...(isHours ? { weekday: "short", hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short" }),
  });
};

interface UsageChartProps {
  readonly usage: ExploredUsage;
  readonly by: Dimension;
  readonly measure: Measure;
}

/** Usage over time, a shade for each of the largest groups; the table under it has the numbers. */
export const UsageChart = ({ usage, by, measure }: UsageChartProps) => {
  const [active, setActive] = useState<number>();
  const name = stepName(usage);
  const large = usage.groups.filter(({ other }) => !other).slice(0, shades.length);
  const series = large.map(({ series: points }) => new Map(points.map((point) => [point.interval, point])));
  const whole = new Map(usage.series.map((point) => [point.interval, point]));
  const bars = usage.intervals.map((at, interval) => {
    const total = valueOf(whole.get(interval), measure);
    const parts = series.map((points) => valueOf(points.get(interval), measure));
    return { at, total, parts: [...parts, total - parts.reduce((sum, part) => sum + part, 0n)] };
  });
  const most = bars.reduce((high, { total }) => (total > high ? total : high), 1n);
  const tall = (value: bigint): number => (Number(value) / Number(most)) * (height - 8);
  const said = active === undefined ? undefined : bars[active];
  const hasRest = bars.some(({ parts }) => (parts.at(-1) ?? 0n) > 0n);
  return (
    <Card title={`${titles[measure]} over time`}>
      <figure>
        <figcaption className="mb-2 flex min-h-5 flex-wrap justify-between gap-x-4 gap-y-1 text-sm text-muted">
          <span>{said ? name.format(new Date(said.at)) : `In ${usage.timeZone.replaceAll("_", " ")}`}</span>
          <span className="font-medium text-ink tabular-nums">
            {shownAs(said?.total ?? valueOf(usage.totals, measure), measure)}
          </span>
        </figcaption>
        <svg
          viewBox={`0 0 ${Math.max(bars.length, 1) * slot} ${height}`}
          preserveAspectRatio="none"
          className="h-44 w-full border-b border-line"
          aria-hidden="true"
          onPointerLeave={() => setActive(undefined)}
        >
          {bars.map(({ at, parts }, index) => {
            let below = 0;
            return (
              <g key={at} onPointerEnter={() => setActive(index)}>
                <rect
                  x={index * slot}
                  width={slot}
                  height={height}
                  className={index === active ? "fill-raised" : "fill-transparent"}
                />
                {parts.map((part, place) => {
                  if (part <= 0n) return null;
                  const high = Math.max(tall(part), 1);
                  below += high;
                  return (
                    <rect
                      key={shades[place] ?? "rest"}
                      x={index * slot + 2}
                      y={height - below}
                      width={slot - 4}
                      height={high}
                      className={shades[place] ?? rest.fill}
                    />
                  );
                })}
              </g>
            );
          })}
        </svg>
        <div className="mt-1.5 flex justify-between text-xs text-muted" aria-hidden="true">
          <span>{bars[0] && name.format(new Date(bars[0].at))}</span>
          <span>{bars.length > 1 && name.format(new Date(bars.at(-1)?.at ?? 0))}</span>
        </div>
        <ul aria-label="Shades" className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-sm">
          {large.map(({ by: [value] }, place) => (
            <li key={value?.value ?? "none"} className="flex min-w-0 items-center gap-1.5">
              <span className={`size-2.5 shrink-0 rounded-xs ${dots[place] ?? rest.dot}`} aria-hidden="true" />
              <bdi className="truncate">{wordOf(by, value?.value ?? null, value?.name ?? null)}</bdi>
              {said && <span className="text-muted tabular-nums">{shownAs(said.parts[place] ?? 0n, measure)}</span>}
            </li>
          ))}
          {hasRest && (
            <li className="flex items-center gap-1.5">
              <span className={`size-2.5 rounded-xs ${rest.dot}`} aria-hidden="true" />
              Others
              {said && <span className="text-muted tabular-nums">{shownAs(said.parts.at(-1) ?? 0n, measure)}</span>}
            </li>
          )}
        </ul>
      </figure>
    </Card>
  );
};
