"use client";

import Link from "next/link";
import type { Budget } from "../_data/answers.ts";
import type { LiveAnswer } from "../_data/use-answer.ts";
import { Badge } from "../_ui/badge.tsx";
import { FailureNotice } from "../_ui/failure-notice.tsx";
import { formatMoney } from "../_ui/format-money.ts";
import { Meter } from "../_ui/meter.tsx";
import { useTimeZone } from "../_ui/use-time-zone.ts";
import { Skeleton } from "../_ui/skeleton.tsx";

const periodNames = { hour: "an hour", day: "a day", week: "a week", month: "a month", total: "in total" } as const;
const nearlyPercent = 80;

const toneOf = (percent: number): "accent" | "warn" | "bad" => {
  if (percent >= 100) return "bad";
  return percent >= nearlyPercent ? "warn" : "accent";
};

const percentOf = (part: string, limit: string): number =>
  limit === "0" ? 0 : Number((BigInt(part) * 1_000n) / BigInt(limit)) / 10;

const BudgetItem = ({ budget }: { readonly budget: Budget }) => {
  const { scope, scopeId, period, window, hard, limitNanos, spentNanos, reservedNanos, inDoubtNanos, overrunNanos } =
    budget;
  const { usedPercent, imposed, timeZone } = budget;
  const [zone] = useTimeZone();
  const inFlight = BigInt(reservedNanos) - BigInt(inDoubtNanos);
  const name = scopeId ?? "Organization";
  const used = BigInt(spentNanos) + BigInt(overrunNanos);
  return (
    <li className="space-y-1.5">
      <div className="flex items-baseline justify-between gap-3">
        <span className="min-w-0 grow truncate font-medium" title={`${scope} ${scopeId ?? ""}`}>
          {name}
        </span>
        {imposed && (
          <Badge title="Set by the operators of the platform when they admitted the organization">
            by the platform
          </Badge>
        )}
        <Badge
          tone={hard ? "accent" : "plain"}
          title={hard ? "Refuses calls that do not fit" : "Raises alerts; refuses no calls"}
        >
          {hard ? "hard" : "soft"}
        </Badge>
      </div>
      <Meter
        label={`${name}, ${periodNames[period]}`}
        percent={usedPercent}
        tone={toneOf(usedPercent)}
        unsurePercent={percentOf(inDoubtNanos, limitNanos)}
      />
      <p className="flex justify-between gap-3 text-sm text-muted tabular-nums">
        <span>
          {formatMoney(used)} of {formatMoney(limitNanos)}{" "}
          {window === "rolling" && period !== "total" ? `rolling ${period}` : periodNames[period]}
          {window !== "rolling" && period !== "hour" && period !== "total" && timeZone !== zone && ` (${timeZone})`}
        </span>
        <span>{usedPercent} %</span>
      </p>
      {inFlight > 0n && (
        <p className="text-sm text-muted tabular-nums">{formatMoney(inFlight)} held for running calls</p>
      )}
      {inDoubtNanos !== "0" && (
        <p className="text-sm text-warn tabular-nums">
          <Link href="/calls?state=uncertain" className="underline underline-offset-2">
            {formatMoney(inDoubtNanos)} in doubt
          </Link>
        </p>
      )}
    </li>
  );
};

/** The budgets in force, fullest first. */
export const Budgets = ({
  query: { data, failure, retry },
}: {
  readonly query: LiveAnswer<{ readonly budgets: readonly Budget[] }>;
}) => {
  if (failure && !data)
    return <FailureNotice title="The budgets could not be loaded" failure={failure} onRetry={retry} />;
  if (!data) {
    return (
      <output aria-label="Loading budgets" className="block space-y-5">
        <Skeleton className="h-12" />
        <Skeleton className="h-12" />
      </output>
    );
  }
  if (data.budgets.length === 0) {
    return (
      <p className="text-muted">
        No budgets yet. Administrators set one under{" "}
        <Link href="/budgets" className="font-medium text-accent underline underline-offset-2">
          Budgets
        </Link>
        .
      </p>
    );
  }
  return (
    <ul className="max-h-72 space-y-5 overflow-y-auto">
      {data.budgets
        .toSorted((a, b) => b.usedPercent - a.usedPercent)
        .map((budget) => (
          <BudgetItem key={budget.id} budget={budget} />
        ))}
    </ul>
  );
};
