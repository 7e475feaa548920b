"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import type { ListedPayment } from "../../../_data/answers.ts";
import { useAnswer } from "../../../_data/use-answer.ts";
import { useNames, type Names } from "../../../_data/use-names.ts";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { FailureNotice } from "../../../_ui/failure-notice.tsx";
import { exactMoney, formatMoney } from "../../../_ui/format-money.ts";
import { SkeletonRows } from "../../../_ui/skeleton.tsx";
import { TimeAgo } from "../../../_ui/time.tsx";
import { doubtWords } from "../../doubt-words.ts";
import { PageTitle } from "../../page-title.tsx";
import { useOpenDetails } from "../../use-open-details.ts";
import { PagesOfPayments } from "../pages-of-payments.tsx";
import { PaymentStateBadge, wordOfPayment } from "../payment-words.tsx";
import { whenOpened } from "../../../_ui/when-opened.tsx";

const PaymentDrawer = whenOpened(() => import("../payment-drawer.tsx").then((module) => module.PaymentDrawer));

const everyMs = 10_000;
const most = 100;

/** The amounts of several, by currency: there is no sum of all. */
const atRisk = (payments: readonly ListedPayment[]): string => {
  const sums = new Map<string, bigint>();
  for (const { amount } of payments)
    if (amount !== null) sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + BigInt(amount.amount));
  return [...sums].map(([currency, amount]) => formatMoney({ amount: amount.toString(), currency })).join(" + ");
};

interface RowProps {
  readonly payment: ListedPayment;
  readonly names: Names;
  readonly onOpen: (operationId: string) => void;
}

const Row = ({ payment, names, onOpen }: RowProps) => {
  const { operation, operationId, reference, of, amount, doubt, appId, provider, heldNanos, createdAt, state } =
    payment;
  const about = reference ?? of?.reference ?? "";
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-3 border-t border-line px-5 py-4">
      <div className="min-w-0 grow basis-72">
        <p className="flex flex-wrap items-center gap-2 font-medium wrap-anywhere">
          <span className="text-lg font-semibold tabular-nums">{amount === null ? "–" : formatMoney(amount)}</span>
          <bdi>
            {wordOfPayment(operation)} {about}
          </bdi>
          <PaymentStateBadge payment={payment} />
        </p>
        <p className="text-sm">
          {doubt === null ? "Nobody knows what the vendor did." : doubtWords[doubt]}{" "}
          {state === "needs_review"
            ? "The vendor could not tell what became of it: only a person can."
            : "It is being looked up; nothing is sent again meanwhile."}
        </p>
        <p className="text-sm text-muted">
          since <TimeAgo at={createdAt} />; {provider}
          {appId !== null && (
            <>
              , <bdi>{names.app(appId)}</bdi>
            </>
          )}
          ; <span title={exactMoney(heldNanos)}>{formatMoney(heldNanos)} set aside for the fee</span>
        </p>
      </div>
      <Button
        look={state === "needs_review" ? "primary" : "secondary"}
        aria-label={`Look at ${wordOfPayment(operation)} ${about}`}
        onClick={() => onOpen(operationId)}
      >
        {state === "needs_review" ? "Resolve" : "Details"}
      </Button>
    </li>
  );
};

const List = () => {
  const { id, open, close } = useOpenDetails("payment");
  const names = useNames();
  const { data, failure, retry } = useAnswer(
    useNexus().payments.operations.list.queryOptions(
      { state: ["needs_review", "unknown"], limit: most },
      { refetchInterval: everyMs },
    ),
  );
  const oldestFirst = data?.payments.toReversed() ?? [];
  const waiting = oldestFirst.filter(({ state }) => state === "needs_review");
  const others = oldestFirst.filter(({ state }) => state !== "needs_review");
  return (
    <>
      {failure && <FailureNotice title="The payments could not be loaded" failure={failure} onRetry={retry} />}
      {!data && !failure && <SkeletonRows rows={4} label="Loading payments in doubt" />}
      {data && (
        <div className="space-y-6">
          <Card
            title="A person has to say how it ended"
            flush
            aside={<span className="text-sm text-muted tabular-nums">{atRisk(waiting)}</span>}
          >
            {waiting.length === 0 ? (
              <p className="border-t border-line px-5 py-10 text-center text-pretty text-muted">
                Nothing. What a vendor can tell is found out without you.
              </p>
            ) : (
              <ul aria-label="Needs review">
                {waiting.map((payment) => (
                  <Row key={payment.operationId} payment={payment} names={names} onOpen={open} />
                ))}
              </ul>
            )}
          </Card>
          {others.length > 0 && (
            <Card
              title="Being looked up"
              flush
              aside={<span className="text-sm text-muted tabular-nums">{atRisk(others)}</span>}
            >
              <ul aria-label="Being looked up">
                {others.map((payment) => (
                  <Row key={payment.operationId} payment={payment} names={names} onOpen={open} />
                ))}
              </ul>
            </Card>
          )}
        </div>
      )}
      <PaymentDrawer operationId={id} onClose={close} onChanged={retry} onOpen={open} />
    </>
  );
};

/** Payments of which nobody knows whether they were made, the oldest first. */
export const NeedsReview = () => (
  <>
    <PageTitle title="Payments" />
    <PagesOfPayments />
    <List />
  </>
);
