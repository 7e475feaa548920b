"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import type { ListedPlan } from "../../../_data/answers.ts";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { useAnswer } from "../../../_data/use-answer.ts";
import { useNames, type Names } from "../../../_data/use-names.ts";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { FailureNotice } from "../../../_ui/failure-notice.tsx";
import { formatMoney } from "../../../_ui/format-money.ts";
import { SkeletonRows } from "../../../_ui/skeleton.tsx";
import { PageTitle } from "../../page-title.tsx";
import { ConfirmRemoval } from "../../security/user/_parts/confirm-removal.tsx";
import { PagesOfCustomers } from "../pages-of-customers.tsx";
import { writePlanRules } from "./plan-rules.ts";
import { whenOpened } from "../../../_ui/when-opened.tsx";

const PlanDialog = whenOpened(() => import("./plan-dialog.tsx").then((module) => module.PlanDialog));

const everyMs = 30_000;

const percent = (markup: number): string => `${markup > 0 ? "+" : ""}${markup} %`;

interface RowProps {
  readonly plan: ListedPlan;
  readonly names: Names;
  readonly onEdit: () => void;
  readonly onRemoved: () => void;
}

const Row = ({ plan, names, onEdit, onRemoved }: RowProps) => {
  const { name, appId, markupPercent, rules, monthlyAllowanceNanos, meterEvent, customers } = plan;
  const change = useChangeAtNexus();
  const [asking, setAsking] = useState(false);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-5 py-3">
      <div className="min-w-0 grow basis-64">
        <p className="font-medium wrap-anywhere">
          <bdi>{name}</bdi>{" "}
          <span className="font-normal text-muted">
            of <bdi title={appId}>{names.app(appId)}</bdi>
          </span>
        </p>
        <p className="text-sm text-muted">
          {percent(markupPercent)}
          {rules.length > 0 && <>; {writePlanRules(rules).replaceAll("\n", "; ")}</>}
        </p>
        <p className="text-sm text-muted">
          {formatMoney(monthlyAllowanceNanos)} a month for nothing ·{" "}
          {customers === 1 ? "1 customer" : `${customers} customers`}
          {meterEvent !== null && <> · told to Stripe as {meterEvent}</>}
        </p>
      </div>
      <div className="flex gap-2">
        <Button look="quiet" aria-label={`Edit ${name}`} onClick={onEdit}>
          Edit
        </Button>
        <Button look="quiet" aria-label={`Remove ${name}`} onClick={() => setAsking(true)} disabled={customers > 0}>
          Remove
        </Button>
      </div>
      {asking && (
        <ConfirmRemoval
          title={`Remove the plan ${name}?`}
          description="No customer has it."
          action="Remove it"
          onClose={() => setAsking(false)}
          remove={async () => {
            await change((nexus) => nexus.plans.remove.mutate({ appId, name }));
            onRemoved();
          }}
        />
      )}
    </li>
  );
};

/** What customers pay of what their calls cost. */
export const Plans = () => {
  const [editing, setEditing] = useState<{ readonly plan: ListedPlan | undefined }>();
  const names = useNames();
  const nexus = useNexus();
  const { data, failure, retry } = useAnswer(nexus.plans.list.queryOptions({}, { refetchInterval: everyMs }));
  const done = (): void => {
    setEditing(undefined);
    retry();
  };
  return (
    <>
      <PageTitle title="Customers" />
      <PagesOfCustomers />
      <Card
        title="Plans"
        flush
        aside={
          <Button look="primary" onClick={() => setEditing({ plan: undefined })}>
            Add a plan
          </Button>
        }
      >
        {failure && <FailureNotice title="The plans could not be loaded" failure={failure} onRetry={retry} />}
        {data && data.plans.length === 0 && (
          <p className="border-t border-line px-5 py-10 text-center text-muted">
            None. Customers without a plan are charged what their calls cost.
          </p>
        )}
        {data && (
          <ul aria-label="Plans">
            {data.plans.map((plan) => (
              <Row
                key={`${plan.appId} ${plan.name}`}
                plan={plan}
                names={names}
                onEdit={() => setEditing({ plan })}
                onRemoved={retry}
              />
            ))}
          </ul>
        )}
        {!data && !failure && <SkeletonRows rows={4} label="Loading the plans" />}
      </Card>
      {editing && <PlanDialog plan={editing.plan} onDone={done} onClose={() => setEditing(undefined)} />}
    </>
  );
};
