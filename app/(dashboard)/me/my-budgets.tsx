"use client";

import { skipToken } from "@tanstack/react-query";
import { useNexus } from "@topolo/nexus-client/react-query";
import type { Budget } from "../../_data/answers.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { formatMoney } from "../../_ui/format-money.ts";
import { Meter } from "../../_ui/meter.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";
import { leftOf, percentOf, periodWords, toneOf } from "../budgets/budget-words.ts";
import { useOpenDetails } from "../use-open-details.ts";
import { ShortDay } from "../budgets/short-day.tsx";

const AskDialog = whenOpened(() => import("./parts-of-me.ts").then((module) => module.AskDialog));

const everyMs = 10_000;

const whose: Readonly<Record<Budget["scope"], string>> = {
  organization: "The organization's",
  user: "Mine alone",
  key: "This key's",
  app: "The app's",
};

const Row = ({ budget, onAsk }: { readonly budget: Budget; readonly onAsk: () => void }) => {
  const { scope, usedPercent, limitNanos, inDoubtNanos, nextResetAt, hard, raisedUntil, baseLimitNanos } = budget;
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
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <p className="text-sm text-muted">
          {left === 0n && hard && <span className="text-bad">Calls that cost money are refused. </span>}
          {raisedUntil !== null && (
            <>
              Raised until <ShortDay at={raisedUntil} />, then {formatMoney(baseLimitNanos)}.{" "}
            </>
          )}
          {nextResetAt !== null && (
            <>
              It begins anew <ShortDay at={nextResetAt} />.
            </>
          )}
        </p>
        {!budget.imposed && (
          <Button look="quiet" aria-label={`Ask for more: ${whose[scope]}, ${periodWords(budget)}`} onClick={onAsk}>
            Ask for more
          </Button>
        )}
      </div>
    </li>
  );
};

/** What is left of the budgets that bind the reader. */
export const MyBudgets = () => {
  const asked = useOpenDetails("ask");
  const nexus = useNexus();
  const { data, failure, retry } = useAnswer(nexus.usage.budgets.mine.queryOptions({}, { refetchInterval: everyMs }));
  const listed = data?.budgets.find(({ id }) => id === asked.id);
  // A refusal also leads here from budgets of apps, keys and the organization.
  const linked = useAnswer(
    nexus.usage.budgets.mine.queryOptions(
      asked.id === undefined || !data || listed ? skipToken : { budgetId: asked.id },
    ),
  );
  const asking = listed ?? linked.data?.budgets[0];
  const isAsking = asked.id !== undefined;
  return (
    <Card title="What is left for me">
      {failure && <FailureNotice title="Your budgets could not be loaded" failure={failure} onRetry={retry} />}
      {data?.budgets.length === 0 && <p className="text-muted">No budget of yours limits what you spend.</p>}
      {data && data.budgets.length > 0 && (
        <ul aria-label="My budgets" className="divide-y divide-line">
          {data.budgets.map((budget) => (
            <Row key={budget.id} budget={budget} onAsk={() => asked.open(budget.id)} />
          ))}
        </ul>
      )}
      {!data && !failure && <SkeletonRows rows={2} label="Loading your budgets" />}
      {isAsking && linked.failure && (
        <FailureNotice
          title="The budget that you would ask more of could not be loaded"
          failure={linked.failure}
          onRetry={linked.retry}
        />
      )}
      {isAsking && !asking && linked.data && (
        <output className="mt-3 block rounded-lg bg-raised px-4 py-3 text-sm text-muted">
          There is no budget any more that the link is about, or it is another person&rsquo;s: nothing has to be asked
          for.
        </output>
      )}
      {isAsking && asking?.imposed && (
        <output className="mt-3 block rounded-lg bg-raised px-4 py-3 text-sm text-muted">
          The operators of the platform have set this budget: your administrators ask them.
        </output>
      )}
      {isAsking && asking && !asking.imposed && <AskDialog budget={asking} onClose={asked.close} />}
    </Card>
  );
};
