"use client";

import Link from "next/link";
import type { ExploredUsage } from "../_data/answers.ts";
import { Card } from "../_ui/card.tsx";
import { formatMoney } from "../_ui/format-money.ts";
import { callsAddress, wordOf, type UsageChoice } from "./usage/usage-question.ts";

interface TopModelsProps {
  /** Grouped by model. */
  readonly usage: ExploredUsage | undefined;
  readonly choice: UsageChoice;
}

/** Where the money of the period went; each model leads to its calls. */
export const TopModels = ({ usage, choice }: TopModelsProps) => {
  const models = usage?.groups.filter(({ other, totals }) => !other && totals.costNanos !== "0") ?? [];
  const most = BigInt(models[0]?.totals.costNanos ?? "0");
  if (most === 0n) return null;
  return (
    <Card title="Where the spend went">
      <ul className="space-y-3">
        {models.map(({ by: [found], totals }) => {
          const value = found?.value ?? null;
          const name = wordOf("model", value, found?.name ?? null);
          return (
            <li key={value ?? ""}>
              <p className="flex justify-between gap-4">
                {value === null ? (
                  <span className="min-w-0 truncate text-muted">{name}</span>
                ) : (
                  <Link
                    href={callsAddress(choice, { by: "model", value })}
                    className="min-w-0 truncate rounded font-medium hover:underline"
                  >
                    <bdi>{name}</bdi>
                  </Link>
                )}
                <span className="shrink-0 text-muted tabular-nums">
                  {totals.calls.toLocaleString("en-US")} {totals.calls === 1 ? "call" : "calls"} ·{" "}
                  <span className="font-medium text-ink">{formatMoney(totals.costNanos)}</span>
                </span>
              </p>
              <svg className="mt-1 block h-1.5 w-full overflow-hidden rounded-full" aria-hidden="true">
                <rect width="100%" height="100%" className="fill-raised" />
                <rect
                  width={`${Number((BigInt(totals.costNanos) * 100n) / most)}%`}
                  height="100%"
                  rx="3"
                  className="fill-accent"
                />
              </svg>
            </li>
          );
        })}
      </ul>
    </Card>
  );
};
