import type { Budget, BudgetForecast } from "../../_data/answers.ts";
import { Badge } from "../../_ui/badge.tsx";
import { formatMoney } from "../../_ui/format-money.ts";
import { Meter } from "../../_ui/meter.tsx";
import { ShortDay } from "./short-day.tsx";
import { leftOf, percentOf, periodWords, scopeWords, toneOf, usedOf } from "./budget-words.ts";

interface BudgetRowProps {
  readonly budget: Budget;
  readonly name: string;
  readonly forecast: BudgetForecast | undefined;
  readonly onOpen: () => void;
}

/** Whose budget it is, how full it is, and how long it lasts. */
export const BudgetRow = ({ budget, name, forecast, onOpen }: BudgetRowProps) => {
  const { scope, scopeId, hard, imposed, limitNanos, reservedNanos, inDoubtNanos, usedPercent, timeZone } = budget;
  const { period, window, nextResetAt, baseLimitNanos, raisedUntil } = budget;
  const hasDays = window === "calendar" && period !== "hour" && period !== "total";
  const isFull = leftOf(budget) === 0n;
  return (
    <li className="grid gap-x-6 gap-y-2 border-t border-line px-5 py-4 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <button
            type="button"
            onClick={onOpen}
            title={scopeId ?? undefined}
            className="min-w-0 rounded text-left font-medium wrap-anywhere hover:underline"
          >
            <bdi>{name}</bdi>
          </button>
          {scope !== "organization" && <Badge>{scopeWords[scope].toLowerCase()}</Badge>}
          <Badge
            tone={hard ? "accent" : "plain"}
            title={hard ? "Refuses calls that do not fit" : "Raises alerts; refuses no calls"}
          >
            {hard ? "hard" : "soft"}
          </Badge>
          {imposed && (
            <Badge title="Set by the operators of the platform when they admitted the organization">
              by the platform
            </Badge>
          )}
        </p>
        <p className="mt-0.5 text-sm text-muted">
          {formatMoney(limitNanos)} {periodWords(budget)}
          {hasDays && ` · ${timeZone.replaceAll("_", " ")}`}
          {raisedUntil !== null && (
            <>
              {" "}
              · raised until <ShortDay at={raisedUntil} />, then {formatMoney(baseLimitNanos)}
            </>
          )}
          {nextResetAt !== null && (
            <>
              {" "}
              · begins anew <ShortDay at={nextResetAt} />
            </>
          )}
        </p>
      </div>
      <div className="min-w-0 space-y-1.5">
        <Meter
          label={`${name}, ${periodWords(budget)}`}
          percent={usedPercent}
          tone={toneOf(usedPercent)}
          unsurePercent={percentOf(inDoubtNanos, limitNanos)}
        />
        <p className="flex flex-wrap justify-between gap-x-4 text-sm text-muted tabular-nums">
          <span>
            {formatMoney(usedOf(budget))} spent
            {reservedNanos !== "0" && `, ${formatMoney(reservedNanos)} held`}, {formatMoney(leftOf(budget))} left
          </span>
          <span>{usedPercent} %</span>
        </p>
        {isFull && hard && <p className="text-sm text-bad">Calls that cost money are refused.</p>}
        {!isFull && forecast && forecast.runsOutAt !== null && (
          <p className="text-sm text-warn">
            Runs out <ShortDay at={forecast.runsOutAt} /> at {formatMoney(forecast.nanosPerDay)} a day
          </p>
        )}
      </div>
    </li>
  );
};
