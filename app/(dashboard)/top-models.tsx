"use client";

import type { UsageSumAnswer } from "../_data/answers.ts";
import { sumUpBy } from "../_data/sum-up.ts";
import { Card } from "../_ui/card.tsx";
import { formatMoney } from "../_ui/format-money.ts";

const shown = 5;

/** Where this month's money went. */
export const TopModels = ({ month }: { readonly month: readonly UsageSumAnswer[] | undefined }) => {
  const models = sumUpBy(month ?? [], ({ vendor, model }) =>
    model === null ? (vendor ?? "unknown") : `${vendor}/${model}`,
  ).slice(0, shown);
  const most = models[0]?.total.costNanos ?? 0n;
  if (most === 0n) return null;
  return (
    <Card title="Where this month's spend went">
      <ul className="space-y-3">
        {models.map(({ name, total }) => (
          <li key={name}>
            <p className="flex justify-between gap-4">
              <span className="min-w-0 truncate">{name}</span>
              <span className="shrink-0 text-muted tabular-nums">
                {total.calls.toLocaleString("en-US")} {total.calls === 1 ? "call" : "calls"} ·{" "}
                <span className="font-medium text-ink">{formatMoney(total.costNanos)}</span>
              </span>
            </p>
            <svg className="mt-1 block h-1.5 w-full overflow-hidden rounded-full" aria-hidden="true">
              <rect width="100%" height="100%" className="fill-raised" />
              <rect
                width={`${Number((total.costNanos * 100n) / most)}%`}
                height="100%"
                rx="3"
                className="fill-accent"
              />
            </svg>
          </li>
        ))}
      </ul>
    </Card>
  );
};
