"use client";

import { useState } from "react";

export interface Bar {
  readonly key: string;
  /** Said in full: "Friday 14:00". */
  readonly label: string;
  readonly value: number;
  /** Of the value what is drawn lighter, on top. */
  readonly lighter?: number;
  readonly shown: string;
}

interface BarChartProps {
  readonly caption: string;
  readonly bars: readonly Bar[];
  /** Said while no bar is pointed at. */
  readonly total: Pick<Bar, "label" | "shown">;
  readonly columns: readonly [string, string];
}

const height = 120;
const slot = 20;

/** Bars for the eye; the same numbers as a table for everybody. */
export const BarChart = ({ caption, bars, total, columns }: BarChartProps) => {
  const [active, setActive] = useState<number>();
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const said = (active === undefined ? undefined : bars[active]) ?? total;
  return (
    <figure className="flex h-full flex-col">
      <figcaption className="mb-2 flex min-h-5 justify-between gap-3 text-sm text-muted">
        <span>{said.label}</span>
        <span className="font-medium text-ink tabular-nums">{said.shown}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${bars.length * slot} ${height}`}
        preserveAspectRatio="none"
        className="h-40 w-full border-b border-line"
        aria-hidden="true"
        onPointerLeave={() => setActive(undefined)}
      >
        {bars.map(({ key, value, lighter = 0 }, index) => {
          const tall = value === 0 ? 1.5 : Math.max((value / most) * (height - 8), 3);
          const light = value === 0 ? 0 : (lighter / value) * tall;
          return (
            <g key={key} onPointerEnter={() => setActive(index)}>
              <rect
                x={index * slot}
                width={slot}
                height={height}
                className={index === active ? "fill-raised" : "fill-transparent"}
              />
              {light > 0 && (
                <rect
                  x={index * slot + 3}
                  y={height - tall}
                  width={slot - 6}
                  height={light}
                  rx={2}
                  className="fill-accent/35"
                />
              )}
              <rect
                x={index * slot + 3}
                y={height - tall + light}
                width={slot - 6}
                height={tall - light}
                rx={2}
                className={value === 0 ? "fill-line" : "fill-accent"}
              />
            </g>
          );
        })}
      </svg>
      <div className="mt-1.5 flex justify-between text-xs text-muted" aria-hidden="true">
        <span>{bars[0]?.label}</span>
        <span>{bars.at(-1)?.label}</span>
      </div>
      <details className="mt-3 text-sm">
        <summary className="w-fit rounded text-muted hover:text-ink">Show as a table</summary>
        <div className="mt-2 rounded-lg border border-line">
          <table className="w-full text-left">
            <caption className="sr-only">{caption}</caption>
            <thead className="bg-raised text-muted">
              <tr>
                <th scope="col" className="px-3 py-1.5 font-medium">
                  {columns[0]}
                </th>
                <th scope="col" className="px-3 py-1.5 text-right font-medium">
                  {columns[1]}
                </th>
              </tr>
            </thead>
            <tbody>
              {bars.map(({ key, label, shown }) => (
                <tr key={key} className="border-t border-line">
                  <th scope="row" className="px-3 py-1.5 font-normal">
                    {label}
                  </th>
                  <td className="px-3 py-1.5 text-right tabular-nums">{shown}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
};
