"use client";

import { outranks } from "@topolo/auth-client";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import type { Budget } from "../../_data/answers.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { useSession } from "../../_session/session-provider.tsx";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";
import { PageTitle } from "../page-title.tsx";
import { TimeZoneField } from "../time-zone-field.tsx";
import { useOpenDetails } from "../use-open-details.ts";
import { BudgetRow } from "./budget-row.tsx";
import { PagesOfBudgets } from "./pages-of-budgets.tsx";
import { useScopeNames } from "./use-scope-names.ts";

const BudgetDialog = whenOpened(() => import("./overlays-of-budgets.ts").then((module) => module.BudgetDialog));
const BudgetDrawer = whenOpened(() => import("./overlays-of-budgets.ts").then((module) => module.BudgetDrawer));
const RequestsCard = whenOpened(() => import("./overlays-of-budgets.ts").then((module) => module.RequestsCard));
const WebhooksCard = whenOpened(() => import("./overlays-of-budgets.ts").then((module) => module.WebhooksCard));

const everyMs = 10_000;
const forecastMs = 60_000;

const List = () => {
  const { session } = useSession();
  const mayManage = session !== undefined && outranks(session.role, "member");
  const details = useOpenDetails("budget");
  const [editing, setEditing] = useState<{ readonly budget: Budget | undefined }>();
  const nexus = useNexus();
  const { data, failure, retry } = useAnswer(nexus.usage.budgets.list.queryOptions({}, { refetchInterval: everyMs }));
  const forecasts = useAnswer(nexus.usage.budgets.forecast.queryOptions({}, { refetchInterval: forecastMs })).data;
  const nameOf = useScopeNames();
  const opened = data?.budgets.find(({ id }) => id === details.id);
  return (
    <div className="space-y-6">
      {mayManage && <RequestsCard />}
      <Card
        title="Budgets"
        flush
        aside={
          mayManage && (
            <Button look="primary" onClick={() => setEditing({ budget: undefined })}>
              Set a budget
            </Button>
          )
        }
      >
        {failure && <FailureNotice title="The budgets could not be loaded" failure={failure} onRetry={retry} />}
        {data && data.budgets.length === 0 && (
          <p className="border-t border-line px-5 py-10 text-center text-pretty text-muted">
            Nothing is limited yet. A budget stops calls, or raises alerts, before more is spent than you want
            {mayManage ? "." : ": an administrator of the organization sets one."}
          </p>
        )}
        {data && data.budgets.length > 0 && (
          <ul aria-label="Budgets">
            {data.budgets
              .toSorted((a, b) => b.usedPercent - a.usedPercent)
              .map((budget) => (
                <BudgetRow
                  key={budget.id}
                  budget={budget}
                  name={nameOf(budget)}
                  forecast={forecasts?.forecasts.find(({ id }) => id === budget.id)}
                  onOpen={() => details.open(budget.id)}
                />
              ))}
          </ul>
        )}
        {!data && !failure && <SkeletonRows rows={5} label="Loading the budgets" />}
      </Card>
      {mayManage && <WebhooksCard />}
      {details.id !== undefined && data && (
        <BudgetDrawer
          budget={opened}
          name={opened && nameOf(opened)}
          forecast={forecasts?.forecasts.find(({ id }) => id === opened?.id)}
          mayManage={mayManage && opened?.imposed !== true}
          onEdit={() => setEditing({ budget: opened })}
          onClose={details.close}
        />
      )}
      {editing && (
        <BudgetDialog
          budget={editing.budget}
          name={editing.budget && nameOf(editing.budget)}
          onClose={() => setEditing(undefined)}
        />
      )}
    </div>
  );
};

/** What may be spent, what is, and who is told. */
export const BudgetsPage = () => {
  const { session } = useSession();
  return (
    <>
      <PageTitle title="Budgets">
        <TimeZoneField />
      </PageTitle>
      <PagesOfBudgets />
      <List key={session?.organization?.id} />
    </>
  );
};
