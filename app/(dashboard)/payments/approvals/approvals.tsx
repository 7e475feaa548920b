"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import { useAnswer } from "../../../_data/use-answer.ts";
import { useNames } from "../../../_data/use-names.ts";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { FailureNotice } from "../../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../../_ui/skeleton.tsx";
import { PageTitle } from "../../page-title.tsx";
import { Pager } from "../../pager.tsx";
import { useChoice } from "../../use-choice.ts";
import { PagesOfPayments } from "../pages-of-payments.tsx";
import { ApprovalItem } from "./approval-item.tsx";

const everyMs = 10_000;
const nothingChosen = {};
const mostWaiting = 100;

const List = () => {
  const { before, older, newest } = useChoice(nothingChosen);
  const [withHistory, setWithHistory] = useState(before !== undefined);
  const names = useNames();
  const { data, failure, retry } = useAnswer(
    useNexus().approvals.list.queryOptions(
      {
        pending: !withHistory,
        ...(withHistory ? {} : { limit: mostWaiting }),
        ...(before === undefined ? {} : { before }),
      },
      { refetchInterval: everyMs },
    ),
  );
  return (
    <Card
      title={withHistory ? "Waiting and decided" : "Waiting for a person"}
      flush
      aside={
        <Button
          aria-pressed={withHistory}
          onClick={() => {
            if (withHistory && before !== undefined) newest();
            setWithHistory(!withHistory);
          }}
        >
          {withHistory ? "Only what waits" : "Show what was decided"}
        </Button>
      }
    >
      {failure && <FailureNotice title="The approvals could not be loaded" failure={failure} onRetry={retry} />}
      {data?.approvals.length === 0 && (
        <p className="border-t border-line px-5 py-10 text-center text-pretty text-muted">
          {withHistory ? "Nobody was asked yet." : "Nothing waits."} A policy says above which amount a person has to
          approve a payment; nothing is sent before.
        </p>
      )}
      {data && (
        <ul aria-label="Approvals">
          {data.approvals.map((approval) => (
            <ApprovalItem key={approval.approvalId} approval={approval} names={names} onDecided={retry} />
          ))}
        </ul>
      )}
      {!data && !failure && <SkeletonRows rows={4} label="Loading the approvals" />}
      {withHistory && (data ?? failure) && (
        <Pager before={before} next={data?.next ?? undefined} onOlder={older} onNewest={newest} />
      )}
    </Card>
  );
};

/** Payments that wait for a person by the organization's policies. */
export const Approvals = () => (
  <>
    <PageTitle title="Payments" />
    <PagesOfPayments />
    <List />
  </>
);
