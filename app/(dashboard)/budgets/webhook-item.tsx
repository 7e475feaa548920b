"use client";

import { useState } from "react";
import type { ListedWebhook } from "../../_data/answers.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { Notice } from "../../_forms/notice.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { useSubmit } from "../../_forms/use-submit.ts";
import { Button } from "../../_ui/button.tsx";
import { TimeAgo } from "../../_ui/time.tsx";
import { ConfirmRemoval } from "../security/user/_parts/confirm-removal.tsx";
import { ShortDay } from "./short-day.tsx";

interface WebhookItemProps {
  readonly webhook: ListedWebhook;
  /** Given the new secret. */
  readonly onRotated: (secret: string) => void;
}

/** A webhook: where it is, how it answers a test, and a new secret for it. */
export const WebhookItem = ({ webhook, onRotated }: WebhookItemProps) => {
  const { id, label, url, createdAt, previousSecretUntil } = webhook;
  const change = useChangeAtNexus();
  const { busy, refusal, run } = useSubmit();
  const [answer, setAnswer] = useState<{ readonly delivered: boolean; readonly error: string | null }>();
  const [removing, setRemoving] = useState(false);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
      <div className="min-w-0 grow basis-64">
        <p className="font-medium wrap-anywhere">
          <bdi>{label}</bdi>
        </p>
        <p className="font-mono text-xs break-all text-muted">{url}</p>
        <p className="text-sm text-muted">
          added <TimeAgo at={createdAt} />
          {previousSecretUntil !== null && (
            <>
              {" "}
              · signed with the secret before, too, until <ShortDay at={previousSecretUntil} />
            </>
          )}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button
          look="quiet"
          disabled={busy}
          aria-label={`Test ${label}`}
          onClick={() =>
            run(async () => {
              setAnswer(undefined);
              setAnswer(await change((nexus) => nexus.usage.webhooks.test.mutate({ id })));
            })
          }
        >
          Test
        </Button>
        <Button
          look="quiet"
          disabled={busy}
          aria-label={`New secret for ${label}`}
          onClick={() =>
            run(async () => onRotated((await change((nexus) => nexus.usage.webhooks.rotate.mutate({ id }))).secret))
          }
        >
          New secret
        </Button>
        <Button look="quiet" aria-label={`Remove ${label}`} onClick={() => setRemoving(true)}>
          Remove
        </Button>
      </div>
      <output className="basis-full empty:hidden">
        {answer && (
          <Notice tone={answer.delivered ? "good" : "bad"}>
            {answer.delivered ? "It took the test message." : `It did not take the test message. ${answer.error ?? ""}`}
          </Notice>
        )}
      </output>
      {refusal && (
        <div className="basis-full">
          <RefusalNotice refusal={refusal} />
        </div>
      )}
      {removing && (
        <ConfirmRemoval
          title={`Remove the webhook ${label}?`}
          description="Nothing is sent there any more, by any budget."
          action="Remove it"
          onClose={() => setRemoving(false)}
          remove={async () => void (await change((nexus) => nexus.usage.webhooks.remove.mutate({ id })))}
        />
      )}
    </li>
  );
};
