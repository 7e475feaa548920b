"use client";

import { TriangleAlert } from "lucide-react";
import { useNexus } from "@topolo/nexus-client/react-query";
import Link from "next/link";
import { useAnswer } from "../_data/use-answer.ts";

const everyMs = 30_000;
const most = 100;

const counted = (count: number, one: string, many: string): string =>
  `${count === most ? `${most} or more` : count} ${count === 1 ? one : many}`;

/** What only a person can settle: payments that wait for an approval, and those of which nobody knows how they ended. */
export const WaitingNotice = () => {
  const nexus = useNexus();
  const asked = { refetchInterval: everyMs };
  // Whoever may not see one of them is not told of it.
  const listed = useAnswer(nexus.approvals.list.queryOptions({ limit: most }, asked)).data?.approvals;
  const unclear = useAnswer(
    nexus.payments.operations.list.queryOptions({ state: ["needs_review"], limit: most }, asked),
  ).data?.payments;
  const approvals = listed?.filter(({ decidable }) => decidable).length ?? 0;
  const review = unclear?.length ?? 0;
  if (approvals + review === 0) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2 rounded-xl bg-warn-soft px-5 py-4 text-warn">
      <TriangleAlert className="size-5 shrink-0" />
      {approvals > 0 && (
        <Link href="/payments/approvals" className="font-medium underline underline-offset-2">
          {counted(approvals, "payment waits", "payments wait")} for your approval
        </Link>
      )}
      {review > 0 && (
        <Link href="/payments/needs-review" className="font-medium underline underline-offset-2">
          {counted(review, "payment needs", "payments need")} review
        </Link>
      )}
    </div>
  );
};
