"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useAnswer } from "../../_data/use-answer.ts";
import { Badge } from "../../_ui/badge.tsx";
import { formatMoney } from "../../_ui/format-money.ts";
import { FullTime, TimeAgo } from "../../_ui/time.tsx";
import { Id, Part, ruled } from "../facts.tsx";

const tones = { none: "plain", open: "bad", won: "good", lost: "bad", unknown: "warn" } as const;
const rarelyMs = 600_000;

interface PaymentDisputesProps {
  readonly operation: string;
  readonly paymentId: string;
}

/** What payers, or their banks, want back of a payment; nothing where nobody does. */
export const PaymentDisputes = ({ operation, paymentId }: PaymentDisputesProps) => {
  const { data } = useAnswer(
    useNexus().payments.dispute.list.queryOptions(
      operation === "payments.order.create" ? { orderId: paymentId } : { checkoutId: paymentId },
      { refetchInterval: rarelyMs },
    ),
  );
  if (data === undefined || data.disputes.length === 0) return null;
  return (
    <Part title={data.disputes.length === 1 ? "A dispute" : "Disputes"}>
      <ul className={ruled}>
        {data.disputes.map(({ disputeId, status, providerStatus, reason, amount, createdAt, respondBy }) => (
          <li key={disputeId} className="py-2">
            <p className="flex flex-wrap items-center gap-2">
              <Badge tone={tones[status]} title={`The vendor says: ${providerStatus}`}>
                {status === "none" ? "ended" : status}
              </Badge>
              <span className="font-medium tabular-nums">{amount === null ? "–" : formatMoney(amount)}</span>
              <Id id={disputeId} label="the id of the dispute" />
            </p>
            <p className="text-sm text-muted">
              {reason !== null && `${reason.replaceAll("_", " ")}. `}
              {createdAt !== null && (
                <>
                  Since <TimeAgo at={createdAt} />.{" "}
                </>
              )}
              {respondBy !== null && status === "open" && (
                <>
                  Answer it in the vendor&apos;s dashboard until <FullTime at={respondBy} />.
                </>
              )}
            </p>
          </li>
        ))}
      </ul>
    </Part>
  );
};
