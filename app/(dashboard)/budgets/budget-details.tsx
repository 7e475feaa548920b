"use client";

import { useState } from "react";
import type { Budget, BudgetForecast } from "../../_data/answers.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { Button } from "../../_ui/button.tsx";
import { formatMoney } from "../../_ui/format-money.ts";
import { Meter } from "../../_ui/meter.tsx";
import { showToast } from "../../_ui/toast.ts";
import { Fact, Id, Part, ruled } from "../facts.tsx";
import { ConfirmRemoval } from "../security/user/_parts/confirm-removal.tsx";
import { AlertParts } from "./alert-parts.tsx";
import { BudgetHistory } from "./budget-history.tsx";
import { leftOf, percentOf, periodWords, toneOf, usedOf, writePercents } from "./budget-words.ts";
import { ShortDay } from "./short-day.tsx";

interface BudgetDetailsProps {
  readonly budget: Budget;
  readonly name: string;
  readonly forecast: BudgetForecast | undefined;
  readonly mayManage: boolean;
  readonly onEdit: () => void;
  readonly onRemoved: () => void;
}

/** How a budget stands, whom it tells, and who has changed it. */
export const BudgetDetails = ({ budget, name, forecast, mayManage, onEdit, onRemoved }: BudgetDetailsProps) => {
  const change = useChangeAtNexus();
  const [removing, setRemoving] = useState(false);
  const { id, usedPercent, limitNanos, reservedNanos, inDoubtNanos, overrunNanos, scopeId, hard, timeZone } = budget;
  const { alerts, alertThresholds, nextResetAt, imposed, baseLimitNanos, raisedUntil } = budget;
  return (
    <>
      <Meter
        label={`${name}, used`}
        percent={usedPercent}
        tone={toneOf(usedPercent)}
        unsurePercent={percentOf(inDoubtNanos, limitNanos)}
      />
      <dl className={`mt-3 ${ruled}`}>
        <Fact name="Limit">
          {formatMoney(limitNanos)} {periodWords(budget)}
        </Fact>
        {raisedUntil !== null && (
          <Fact name="Raised until">
            <ShortDay at={raisedUntil} />; then {formatMoney(baseLimitNanos)} again
          </Fact>
        )}
        <Fact name="Spent">{formatMoney(usedOf(budget))}</Fact>
        {overrunNanos !== "0" && <Fact name="Billed beyond what was held">{formatMoney(overrunNanos)}</Fact>}
        <Fact name="Held for running calls">{formatMoney(BigInt(reservedNanos) - BigInt(inDoubtNanos))}</Fact>
        {inDoubtNanos !== "0" && <Fact name="In doubt">{formatMoney(inDoubtNanos)}</Fact>}
        <Fact name="Left">{formatMoney(leftOf(budget))}</Fact>
        {forecast && <Fact name="Lately a day">{formatMoney(forecast.nanosPerDay)}</Fact>}
        {forecast && budget.window === "calendar" && (
          <Fact name="Runs out">
            {forecast.runsOutAt === null ? "not in this period" : <ShortDay at={forecast.runsOutAt} />}
          </Fact>
        )}
        {nextResetAt !== null && (
          <Fact name="Begins anew">
            <ShortDay at={nextResetAt} />
          </Fact>
        )}
        <Fact name="Time zone of its days">{timeZone.replaceAll("_", " ")}</Fact>
        <Fact name="At the limit">{hard ? "calls are refused" : "calls go on"}</Fact>
        <Fact name="Alerts at">{alertThresholds.length === 0 ? "none" : writePercents(alertThresholds)}</Fact>
        {alerts.map(({ threshold, crossedAt }) => (
          <Fact key={threshold} name={`Reached ${threshold} %`}>
            <ShortDay at={crossedAt} />
          </Fact>
        ))}
        {scopeId !== null && (
          <Fact name="Id of whose it is">
            <Id id={scopeId} label="the id of whose it is" />
          </Fact>
        )}
        <Fact name="Id">
          <Id id={id} label="the budget's id" />
        </Fact>
      </dl>
      {mayManage && (
        <div className="mt-4 flex flex-wrap gap-2">
          <Button onClick={onEdit}>Change it</Button>
          <Button look="quiet" className="text-bad" onClick={() => setRemoving(true)}>
            Remove it
          </Button>
        </div>
      )}
      {imposed && (
        <p className="mt-4 rounded-lg bg-raised px-4 py-3 text-sm text-muted">
          The operators of the platform have set this budget, and change it.
        </p>
      )}
      {mayManage && (
        <>
          <AlertParts budget={budget} />
          <Part title="History">
            <BudgetHistory id={id} />
          </Part>
        </>
      )}
      {removing && (
        <ConfirmRemoval
          title={`Remove the budget of ${name}?`}
          description="From then on it limits nothing. What was spent stays on record; calls that are running still settle against it."
          action="Remove it"
          onClose={() => setRemoving(false)}
          remove={async () => {
            await change((nexus) => nexus.usage.budgets.remove.mutate({ id }));
            showToast({ title: "The budget is removed" });
            onRemoved();
          }}
        />
      )}
    </>
  );
};
