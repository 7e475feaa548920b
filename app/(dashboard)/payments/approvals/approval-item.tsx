"use client";

import { useState } from "react";
import type { ListedApproval } from "../../../_data/answers.ts";
import type { Names } from "../../../_data/use-names.ts";
import { Badge, type Tone } from "../../../_ui/badge.tsx";
import { Button } from "../../../_ui/button.tsx";
import { exactMoney, formatMoney } from "../../../_ui/format-money.ts";
import { FullTime, TimeAgo } from "../../../_ui/time.tsx";
import { wordOfPayment } from "../payment-words.tsx";
import { whenOpened } from "../../../_ui/when-opened.tsx";

const DecideDialog = whenOpened(() => import("./decide-dialog.tsx").then((module) => module.DecideDialog));

const states: Readonly<Record<ListedApproval["state"], { readonly label: string; readonly tone: Tone }>> = {
  pending: { label: "waits", tone: "warn" },
  approved: { label: "approved", tone: "good" },
  declined: { label: "declined", tone: "bad" },
  expired: { label: "expired", tone: "plain" },
};

const Decided = ({
  approval: { decidedBy, decidedAt, state, expiresAt },
  names,
}: Omit<ApprovalItemProps, "onDecided">) => {
  if (decidedBy === null || decidedAt === null)
    return state === "expired" ? (
      <>
        nobody decided until <FullTime at={expiresAt} />
      </>
    ) : (
      <>
        has to be decided until <FullTime at={expiresAt} />
      </>
    );
  return (
    <>
      by <bdi>{names.actor(decidedBy)}</bdi>, <TimeAgo at={decidedAt} />
      {state === "approved" && (
        <>
          ; can be carried out until <FullTime at={expiresAt} />
        </>
      )}
    </>
  );
};

interface ApprovalItemProps {
  readonly approval: ListedApproval;
  readonly names: Names;
  readonly onDecided: () => void;
}

/** A payment that waits for a person, or waited: who asked, for what, and what became of it. */
export const ApprovalItem = ({ approval, names, onDecided }: ApprovalItemProps) => {
  const { operation, amount, reference, appId, requestedBy, provider, boundNanoUsd, state, reason } = approval;
  const [decision, setDecision] = useState<"approve" | "decline">();
  const { label, tone } = states[state];
  const what = `${wordOfPayment(operation)}${reference === null ? "" : ` ${reference}`}`;
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-3 border-t border-line px-5 py-4">
      <div className="min-w-0 grow basis-72">
        <p className="flex flex-wrap items-center gap-2 font-medium wrap-anywhere">
          <span className="text-lg font-semibold tabular-nums">{formatMoney(amount)}</span>
          <bdi>{what}</bdi>
          <Badge tone={tone}>{label}</Badge>
        </p>
        <p className="text-sm text-muted wrap-anywhere">
          asked by <bdi className="text-ink">{names.actor(requestedBy)}</bdi>
          {appId !== null && (
            <>
              {" "}
              in <bdi className="text-ink">{names.app(appId)}</bdi>
            </>
          )}
          , <TimeAgo at={approval.createdAt} />; {provider},{" "}
          <span title={exactMoney(boundNanoUsd)}>fee at most {formatMoney(boundNanoUsd)}</span>
        </p>
        <p className="text-sm text-muted">
          <Decided approval={approval} names={names} />
        </p>
        {reason !== null && (
          <p className="text-sm wrap-anywhere">
            “<bdi>{reason}</bdi>”
          </p>
        )}
      </div>
      {state === "pending" &&
        (approval.decidable ? (
          <div className="flex gap-2">
            <Button look="primary" aria-label={`Approve ${what}`} onClick={() => setDecision("approve")}>
              Approve
            </Button>
            <Button aria-label={`Decline ${what}`} onClick={() => setDecision("decline")}>
              Decline
            </Button>
          </div>
        ) : (
          <p className="max-w-56 text-sm text-muted">You asked for it: another person has to decide.</p>
        ))}
      {decision !== undefined && (
        <DecideDialog
          approval={approval}
          decision={decision}
          onClose={() => setDecision(undefined)}
          onDone={() => {
            setDecision(undefined);
            onDecided();
          }}
        />
      )}
    </li>
  );
};
