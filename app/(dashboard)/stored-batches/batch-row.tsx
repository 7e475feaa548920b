"use client";

import Link from "next/link";
import { useState } from "react";
import type { ListedBatch } from "../../_data/answers.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { useSaveExport } from "../../_data/use-save-export.ts";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { Badge, type Tone } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { CopyButton } from "../../_ui/copy-button.tsx";
import { exactMoney, formatMoney } from "../../_ui/format-money.ts";
import { FullTime, TimeAgo } from "../../_ui/time.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";
import { ForWhom } from "../for-whom.tsx";

const ConfirmRemoval = whenOpened(() =>
  import("../security/user/_parts/confirm-removal.tsx").then((module) => module.ConfirmRemoval),
);

const states: Readonly<Record<ListedBatch["status"], { readonly word: string; readonly tone: Tone }>> = {
  validating: { word: "being checked", tone: "accent" },
  in_progress: { word: "under way", tone: "accent" },
  finalizing: { word: "being finished", tone: "accent" },
  cancelling: { word: "being cancelled", tone: "warn" },
  completed: { word: "completed", tone: "good" },
  failed: { word: "refused", tone: "bad" },
  expired: { word: "ran out of time", tone: "warn" },
  cancelled: { word: "cancelled", tone: "plain" },
};

const progressOf = ({ counts: { total, succeeded, failed, cancelled, expired } }: ListedBatch): string =>
  [
    `${succeeded} of ${total} answered`,
    ...Object.entries({ failed, cancelled, "out of time": expired })
      .filter(([, count]) => count > 0)
      .map(([what, count]) => `${count} ${what}`),
  ].join(", ");

const outputsOf = ({ id, endpoint, endedAt, answersFileId, errorsFileId }: ListedBatch) => {
  if (endedAt === null) return [];
  if (endpoint === "/v1/messages")
    return [{ what: "answers", address: `/v1/messages/batches/${id}/results`, name: `${id}.jsonl` }];
  return [
    { what: "answers", file: answersFileId },
    { what: "failures", file: errorsFileId },
  ].flatMap(({ what, file }) =>
    file === null ? [] : [{ what, address: `/v1/files/${file}/content`, name: `${id}_${what}.jsonl` }],
  );
};

interface BatchRowProps {
  readonly batch: ListedBatch;
  readonly mayInvoke: boolean;
}

/** A batch: where it stands, what it costs, and what can be done with it. */
export const BatchRow = ({ batch, mayInvoke }: BatchRowProps) => {
  const { id, operationId, provider, model, endpoint, status, counts, faults, appId, userId, metadata } = batch;
  const { heldNanoUsd, costNanoUsd, createdAt, expiresAt, endedAt } = batch;
  const change = useChangeAtNexus();
  const { busy, refusal, save } = useSaveExport(
    "The answers could not be read. Try again, or ask whoever may call AI.",
  );
  const [asking, setAsking] = useState(false);
  const [open, setOpen] = useState(false);
  const title = `${counts.total === 1 ? "1 request" : `${counts.total} requests`} to ${model}`;
  const { word, tone } = states[status];
  return (
    <li className="border-t border-line px-5 py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 grow basis-64">
          <p className="flex flex-wrap items-center gap-x-2 font-medium">
            <span className="wrap-anywhere">{title}</span>
            <Badge tone={tone}>{word}</Badge>
          </p>
          <p className="text-sm wrap-anywhere text-muted">
            {progressOf(batch)};{" "}
            {costNanoUsd === null ? (
              <span title={exactMoney(heldNanoUsd)}>{formatMoney(heldNanoUsd)} is held</span>
            ) : (
              <span title={exactMoney(costNanoUsd)}>
                {formatMoney(costNanoUsd)} charged, of {formatMoney(heldNanoUsd)} that were held
              </span>
            )}
          </p>
          <p className="text-sm wrap-anywhere text-muted">
            Begun at {provider} <TimeAgo at={createdAt} />
            <ForWhom userId={userId} appId={appId} />
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-1">
          <CopyButton text={id} label={`Copy the id of ${title}`} />
          <Button
            look="quiet"
            aria-expanded={open}
            aria-label={`Details of ${title}`}
            onClick={() => setOpen((shown) => !shown)}
          >
            Details
          </Button>
          {mayInvoke &&
            outputsOf(batch).map(({ what, address, name }) => (
              <Button
                key={what}
                look="quiet"
                disabled={busy}
                aria-label={`Save ${what} of ${title}`}
                onClick={() => save(address, name)}
              >
                Save {what}
              </Button>
            ))}
          {mayInvoke && endedAt === null && status !== "cancelling" && (
            <Button look="quiet" aria-label={`Cancel ${title}`} onClick={() => setAsking(true)}>
              Cancel
            </Button>
          )}
        </div>
      </div>
      <RefusalNotice refusal={refusal} />
      {faults.length > 0 && (
        <ul aria-label={`Why ${title} did not begin`} className="mt-2 list-disc pl-5 text-sm text-bad">
          {faults.map(({ code, message, line }) => (
            <li key={`${line} ${code}`} className="wrap-anywhere">
              {line !== null && `Line ${line}: `}
              <bdi>{message}</bdi> <span className="font-mono text-xs">{code}</span>
            </li>
          ))}
        </ul>
      )}
      {open && (
        <div className="mt-1 text-sm text-muted">
          <p className="wrap-anywhere">
            Each request is for <span className="font-mono">{endpoint}</span>.{" "}
            {endedAt === null ? (
              expiresAt !== null && (
                <>
                  {provider} works on it until <FullTime at={expiresAt} />.
                </>
              )
            ) : (
              <>
                It had ended at <FullTime at={endedAt} />.
              </>
            )}{" "}
            <Link href={`/calls?call=${operationId}`} className="text-accent underline">
              See the call
            </Link>
          </p>
          {Object.entries(metadata).map(([key, value]) => (
            <p key={key} className="wrap-anywhere">
              <bdi>{key}</bdi>: <bdi>{value}</bdi>
            </p>
          ))}
        </div>
      )}
      {asking && (
        <ConfirmRemoval
          title={`Cancel ${title}?`}
          description={`${provider} begins no more of its requests. What is answered by then is charged, and can be read.`}
          action="Cancel the batch"
          onClose={() => setAsking(false)}
          remove={async () => {
            await change((nexus) => nexus.ai.batches.cancel.mutate({ batchId: id }));
          }}
        />
      )}
    </li>
  );
};
