"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import { useAnswer } from "../../_data/use-answer.ts";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { ShownOnce } from "../../_ui/shown-once.tsx";
import { ShownSecret } from "../../_ui/shown-secret.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { AddWebhookDialog } from "./add-webhook-dialog.tsx";
import { WebhookItem } from "./webhook-item.tsx";

/** Programs of the organization's own that are told of alerts. */
export const WebhooksCard = () => {
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string>();
  const { data, failure, retry } = useAnswer(useNexus().usage.webhooks.list.queryOptions({}));
  return (
    <Card title="Webhooks" aside={<Button onClick={() => setAdding(true)}>Add a webhook</Button>}>
      <p className="mb-2 max-w-2xl text-sm text-pretty text-muted">
        Addresses of your own programs, to which alerts of budgets can be sent, signed by Standard Webhooks. Which
        alerts is set at each budget.
      </p>
      {failure && <FailureNotice title="The webhooks could not be loaded" failure={failure} onRetry={retry} />}
      {data?.webhooks.length === 0 && <p className="py-2 text-muted">There is none yet.</p>}
      {data && data.webhooks.length > 0 && (
        <ul aria-label="Webhooks" className="divide-y divide-line">
          {data.webhooks.map((webhook) => (
            <WebhookItem key={webhook.id} webhook={webhook} onRotated={setSecret} />
          ))}
        </ul>
      )}
      {!data && !failure && <SkeletonRows rows={1} label="Loading the webhooks" />}
      {adding && (
        <AddWebhookDialog
          onClose={() => setAdding(false)}
          onAdded={(made) => {
            setAdding(false);
            setSecret(made);
          }}
        />
      )}
      {secret !== undefined && (
        <ShownOnce
          title="The signing secret"
          description="Your program checks with it that a message is from Nexus. Copy it now: it is not shown again."
          onClose={() => setSecret(undefined)}
        >
          <ShownSecret name="signing secret" text={secret} />
        </ShownOnce>
      )}
    </Card>
  );
};
