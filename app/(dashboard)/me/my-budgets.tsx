"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import type { Budget } from "../../_data/answers.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { formatMoney } from "../../_ui/format-money.ts";
import { Meter } from "../../_ui/meter.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { leftOf, percentOf, periodWords, toneOf } from "../budgets/budget-words.ts";
import { ShortDay } from "../budgets/short-day.tsx";

const everyMs = 10_000;

const whose: Readonly<Record<Budget["scope"], string>> = {
  organization: "The organization's",
  user: "Mine alone",
  key: "This key's",
  app: "The app's",
};

const Row = ({ budget }: { readonly budget: Budget }) => {
  const { scope, usedPercent, limitNanos, inDoubtNanos, nextResetAt, hard } = budget;
  const left = leftOf(budget);
  return (
    <li className="space-y-1.5 py-3">
      <p className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="font-medium">{whose[scope]}</span>
        <span className="text-sm text-muted tabular-nums">
          <span className="font-medium text-ink">{formatMoney(left)} left</span> of {formatMoney(limitNanos)}{" "}
          {periodWords(budget)}
        </span>
      </p>
      <Meter
        label={`${whose[scope]}, ${periodWords(budget)}`}
        percent={usedPercent}
        tone={toneOf(usedPercent)}
        unsurePercent={percentOf(inDoubtNanos, limitNanos)}
      />
      <p className="text-sm text-muted">
        {left === 0n && hard && <span className="text-bad">Calls that cost money are refused. </span>}
        {nextResetAt !== null && (
          <>
            It begins anew <ShortDay at={nextResetAt} />.
          </>
        )}
      </p>
    </li>
  );
};

/** What is left of the budgets that bind the reader. */
export const MyBudgets = () => {
  const { data, failure, retry } = useAnswer(
    useNexus().usage.budgets.mine.queryOptions({}, { refetchInterval: everyMs }),
  );
  return (
    <Card title="What is left for me">
      {failure && <FailureNotice title="Your budgets could not be loaded" failure={failure} onRetry={retry} />}
      {data?.budgets.length === 0 && <p className="text-muted">No budget of yours limits what you spend.</p>}
      {data && data.budgets.length > 0 && (
        <ul aria-label="My budgets" className="divide-y divide-line">
          {data.budgets.map((budget) => (
            <Row key={budget.id} budget={budget} />
          ))}
        </ul>
      )}
      {!data && !failure && <SkeletonRows rows={2} label="Loading your budgets" />}
    </Card>
  );
};
