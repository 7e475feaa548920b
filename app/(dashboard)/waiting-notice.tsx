"use client";

import Link from "next/link";
import { useLiveQuery } from "../_data/use-live-query.ts";
import { Icon } from "../_ui/icon.tsx";

const everyMs = 30_000;
const most = 100;

const counted = (count: number, one: string, many: string): string =>
  `${count === most ? `${most} or more` : count} ${count === 1 ? one : many}`;

/** What only a person can settle: payments that wait for an approval, and those of which nobody knows how they ended. */
export const WaitingNotice = () => {
  const { data } = useLiveQuery(
    "what waits for a person",
    async (nexus) => {
      const [approvals, review] = await Promise.all([
        // Whoever may not decide is not asked to.
        nexus.approvals.list.query({ limit: most }).catch(() => ({ approvals: [] })),
        nexus.payments.operations.list.query({ state: ["needs_review"], limit: most }).catch(() => ({ payments: [] })),
      ]);
      return {
        approvals: approvals.approvals.filter(({ decidable }) => decidable).length,
        review: review.payments.length,
      };
    },
    everyMs,
  );
  if (data === undefined || data.approvals + data.review === 0) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2 rounded-xl bg-warn-soft px-5 py-4 text-warn">
      <Icon name="alert" className="size-5 shrink-0" />
      {data.approvals > 0 && (
        <Link href="/payments/approvals" className="font-medium underline underline-offset-2">
          {counted(data.approvals, "payment waits", "payments wait")} for your approval
        </Link>
      )}
      {data.review > 0 && (
        <Link href="/payments/needs-review" className="font-medium underline underline-offset-2">
          {counted(data.review, "payment needs", "payments need")} review
        </Link>
      )}
    </div>
  );
};
