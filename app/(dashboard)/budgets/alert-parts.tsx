"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import type { ListedDelivery, ShownAlertSettings, Budget, ListedWebhook } from "../../_data/answers.ts";
import { bothOf, useAnswer } from "../../_data/use-answer.ts";
import { Button } from "../../_ui/button.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { Part } from "../facts.tsx";
import { AlertsDialog } from "./alerts-dialog.tsx";
import { DeliveryList } from "./delivery-list.tsx";

const everyMs = 5_000;

const told = (
  { administrators, addresses, webhookIds, forecast }: ShownAlertSettings,
  webhooks: readonly ListedWebhook[],
) =>
  [
    ...(administrators ? ["Owners and administrators, by mail"] : []),
    ...addresses,
    ...webhookIds.map((id) => `${webhooks.find((one) => one.id === id)?.label ?? id} (webhook)`),
    ...(forecast ? ["Also when it is going to run out early"] : []),
  ] as const;

interface ToldProps {
  readonly budget: Budget;
  readonly settings: ShownAlertSettings;
  readonly webhooks: readonly ListedWebhook[];
  readonly deliveries: readonly ListedDelivery[];
}

const Told = ({ budget, settings, webhooks, deliveries }: ToldProps) => {
  const [changing, setChanging] = useState(false);
  const lines = told(settings, webhooks);
  return (
    <>
      {lines.length === 0 ? (
        <p className="text-muted">Nobody is told.</p>
      ) : (
        <ul aria-label="Who is told" className="list-disc space-y-0.5 pl-5">
          {lines.map((line) => (
            <li key={line} className="wrap-anywhere">
              <bdi>{line}</bdi>
            </li>
          ))}
        </ul>
      )}
      <Button className="mt-3" onClick={() => setChanging(true)}>
        Change who is told
      </Button>
      {deliveries.length > 0 && <DeliveryList deliveries={deliveries} />}
      {changing && (
        <AlertsDialog budget={budget} settings={settings} webhooks={webhooks} onClose={() => setChanging(false)} />
      )}
    </>
  );
};

/** Who is told of a budget's alerts, and what became of it. */
export const AlertParts = ({ budget }: { readonly budget: Budget }) => {
  const nexus = useNexus();
  const { data, failure, retry } = bothOf(
    bothOf(
      useAnswer(nexus.usage.alerts.get.queryOptions({ id: budget.id })),
      useAnswer(nexus.usage.webhooks.list.queryOptions({})),
    ),
    useAnswer(
      nexus.usage.alerts.deliveries.queryOptions({ budgetId: budget.id, limit: 10 }, { refetchInterval: everyMs }),
    ),
  );
  return (
    <Part title="Alerts">
      {data && (
        <Told budget={budget} settings={data[0][0]} webhooks={data[0][1].webhooks} deliveries={data[1].deliveries} />
      )}
      {!data && failure && <FailureNotice title="The alerts could not be loaded" failure={failure} onRetry={retry} />}
      {!data && !failure && <SkeletonRows rows={2} label="Loading the alerts" />}
    </Part>
  );
};
