"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { lazy, Suspense } from "react";
import type { OperationAnswer } from "../_data/answers.ts";
import { useAskAgain } from "../_data/use-ask-again.ts";
import { useMinute } from "../_data/use-minute.ts";
import { bothOf, useAnswer } from "../_data/use-answer.ts";
import { lastHours, thisMonth, today } from "../_data/periods.ts";
import { Card } from "../_ui/card.tsx";
import { FailureNotice } from "../_ui/failure-notice.tsx";
import { Skeleton, SkeletonRows } from "../_ui/skeleton.tsx";
import { useTimeZone } from "../_ui/use-time-zone.ts";
import { AdmissionNotice } from "./admission-notice.tsx";
import { Budgets } from "./budgets.tsx";
import { FirstCall } from "./first-call.tsx";
import { PageTitle } from "./page-title.tsx";
import { SpendingNotice } from "./spending-notice.tsx";
import { Tiles } from "./tiles.tsx";
import { TimeZoneField } from "./time-zone-field.tsx";
import { TopModels } from "./top-models.tsx";
import { WaitingNotice } from "./waiting-notice.tsx";

const CallsTable = lazy(() => import("./calls-table.tsx").then((module) => ({ default: module.CallsTable })));

const SpendChart = lazy(() => import("./spend-chart.tsx").then((module) => ({ default: module.SpendChart })));

const callsEveryMs = 4_000;
const sumsEveryMs = 15_000;
const shownCalls = 12;

/** Auth's own mail is no call of anybody's. */
const isAuths = ({ appId }: OperationAnswer): boolean => appId === "srv_auth";

/** What is spent, what may be, and the last calls. */
export const Overview = () => {
  const router = useRouter();
  const nexus = useNexus();
  const now = useMinute();
  const [zone] = useTimeZone();
  const calls = useAnswer(nexus.operations.list.queryOptions({ limit: shownCalls }, { refetchInterval: callsEveryMs }));
  // A new call at the top is a reason to sum up again at once.
  const newest = `${calls.data?.operations[0]?.operationId} ${calls.data?.operations[0]?.state}`;
  useAskAgain(newest, nexus.usage.pathFilter());
  const often = { refetchInterval: sumsEveryMs };
  const day = useAnswer(nexus.usage.summary.queryOptions({ ...today(now, zone), step: "hour" }, often));
  const month = useAnswer(
    nexus.usage.summary.queryOptions({ ...thisMonth(now, zone), step: "day", by: ["vendor", "model"] }, often),
  );
  const hoursPeriod = lastHours(24, now);
  const hours = useAnswer(nexus.usage.summary.queryOptions({ ...hoursPeriod, step: "hour" }, often));
  const sums = bothOf(day, month);
  const budgets = useAnswer(nexus.usage.budgets.list.queryOptions({}, often));
  const isNew =
    calls.data?.operations.every(isAuths) === true && !month.data?.sums.some(({ model }) => (model ?? "") !== "");

  return (
    <>
      <PageTitle title="Home">
        <TimeZoneField />
      </PageTitle>
      <AdmissionNotice />
      <div className="space-y-6">
        {budgets.data?.spendingStopped && <SpendingNotice reason={budgets.data.spendingStopped} />}
        <WaitingNotice />
        {isNew && <FirstCall />}
        {sums.failure && !sums.data ? (
          <FailureNotice title="The totals could not be loaded" failure={sums.failure} onRetry={sums.retry} />
        ) : (
          <Tiles day={day.data?.sums} month={month.data?.sums} />
        )}
        <div className="grid gap-6 lg:grid-cols-3">
          <Suspense fallback={<Skeleton className="h-72 rounded-xl lg:col-span-2" />}>
            <SpendChart className="lg:col-span-2" hours={hours.data?.sums} hoursPeriod={hoursPeriod} />
          </Suspense>
          <Card title="Budgets">
            <Budgets query={budgets} />
          </Card>
        </div>
        <Card
          title="Last calls"
          flush
          aside={
            <Link href="/calls" className="rounded text-sm font-medium text-accent hover:underline">
              All calls
            </Link>
          }
        >
          {calls.failure && (
            <FailureNotice title="The last calls could not be loaded" failure={calls.failure} onRetry={calls.retry} />
          )}
          {calls.data ? (
            <Suspense fallback={<SkeletonRows rows={10} label="Loading calls" />}>
              <CallsTable
                calls={calls.data.operations}
                onOpen={(id) => router.push(`/calls?call=${id}`)}
                empty="No calls yet."
              />
            </Suspense>
          ) : (
            !calls.failure && <SkeletonRows rows={6} label="Loading calls" />
          )}
        </Card>
        <TopModels month={month.data?.sums} />
      </div>
    </>
  );
};
