"use client";

import { keepPreviousData, skipToken } from "@tanstack/react-query";
import { outranks } from "@topolo/auth-client";
import { useNexus } from "@topolo/nexus-client/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { lazy, Suspense } from "react";
import type { OperationAnswer } from "../_data/answers.ts";
import { useAskAgain } from "../_data/use-ask-again.ts";
import { useMinute } from "../_data/use-minute.ts";
import { useAnswer } from "../_data/use-answer.ts";
import { lastHours } from "../_data/periods.ts";
import { useSession } from "../_session/session-provider.tsx";
import { Card } from "../_ui/card.tsx";
import { FailureNotice } from "../_ui/failure-notice.tsx";
import { SelectField } from "../_ui/field.tsx";
import { Skeleton, SkeletonRows } from "../_ui/skeleton.tsx";
import { useTimeZone } from "../_ui/use-time-zone.ts";
import { AdmissionNotice } from "./admission-notice.tsx";
import { Guide } from "./guide.tsx";
import { HomeTiles } from "./home-tiles.tsx";
import { OwnReachNotice } from "./own-reach-notice.tsx";
import { PageTitle } from "./page-title.tsx";
import { TimeZoneField } from "./time-zone-field.tsx";
import { oneOf, useChoice } from "./use-choice.ts";
import { periodOf, periods } from "./usage/usage-question.ts";

const CallsTable = lazy(() => import("./parts-of-home.ts").then((module) => ({ default: module.CallsTable })));
const SpendChart = lazy(() => import("./parts-of-home.ts").then((module) => ({ default: module.SpendChart })));
const AttentionList = lazy(() => import("./parts-of-home.ts").then((module) => ({ default: module.AttentionList })));
const FamilySums = lazy(() => import("./parts-of-home.ts").then((module) => ({ default: module.FamilySums })));
const Budgets = lazy(() => import("./parts-of-home.ts").then((module) => ({ default: module.Budgets })));
const TopModels = lazy(() => import("./parts-of-home.ts").then((module) => ({ default: module.TopModels })));

const callsEveryMs = 4_000;
const sumsEveryMs = 15_000;
const shownCalls = 12;
const shownModels = 5;

const shownPeriods = periods.filter(({ value }) => value !== "days");
const homeChoices = { period: oneOf(shownPeriods.map(({ value }) => value)) };
const usual = "7d";

/** Auth's own mail is no call of anybody's. */
const isAuths = ({ appId }: OperationAnswer): boolean => appId === "srv_auth";

/** How things stand: what needs somebody, what is spent against the period before, and the last calls. */
export const Overview = () => {
  const router = useRouter();
  const nexus = useNexus();
  const now = useMinute();
  const [zone] = useTimeZone();
  const chosen = useChoice(homeChoices);
  const choice = { period: chosen.choice.period ?? usual };
  const calls = useAnswer(nexus.operations.list.queryOptions({ limit: shownCalls }, { refetchInterval: callsEveryMs }));
  // A new call at the top is a reason to sum up again at once.
  const newest = `${calls.data?.operations[0]?.operationId} ${calls.data?.operations[0]?.state}`;
  useAskAgain(newest, nexus.usage.pathFilter());
  const often = { refetchInterval: sumsEveryMs };
  const asked = { ...periodOf(choice, now, zone), timeZone: zone };
  const sums = useAnswer(
    nexus.usage.explore.queryOptions(
      { ...asked, groupBy: ["family"], limit: 3, compare: true },
      { ...often, placeholderData: keepPreviousData },
    ),
  );
  const models = useAnswer(
    nexus.usage.explore.queryOptions(
      { ...asked, groupBy: ["model"], limit: shownModels },
      { ...often, placeholderData: keepPreviousData },
    ),
  );
  const hoursPeriod = lastHours(24, now);
  const hours = useAnswer(nexus.usage.summary.queryOptions({ ...hoursPeriod, step: "hour" }, often));
  const { session } = useSession();
  // It saves a refusal; the gateway decides.
  const seesBudgets = session?.role !== undefined && outranks(session.role, "guest");
  const budgets = useAnswer(nexus.usage.budgets.list.queryOptions(seesBudgets ? {} : skipToken, often));
  const hasCalled =
    calls.data &&
    models.data &&
    (calls.data.operations.some((call) => !isAuths(call)) ||
      models.data.groups.some(({ by: [model] }) => model?.value !== null && model?.value !== undefined));

  return (
    <>
      <PageTitle title="Home">
        <TimeZoneField />
      </PageTitle>
      <AdmissionNotice />
      <div className="space-y-6">
        <Guide hasCalled={hasCalled} hasBudget={budgets.data?.budgets.some(({ imposed }) => !imposed)} />
        <Suspense fallback={<Skeleton className="h-28 rounded-xl" />}>
          <AttentionList />
        </Suspense>
        <section aria-label="Totals" className="space-y-3">
          <div className="flex flex-wrap items-end justify-between gap-3">
            <SelectField
              label="Period"
              value={choice.period}
              onChange={({ target }) => chosen.choose(target.value === usual ? {} : { period: target.value })}
            >
              {shownPeriods.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </SelectField>
            <p className="text-sm text-muted">Against the period of the same length before</p>
          </div>
          {sums.failure && !sums.data ? (
            <FailureNotice title="The totals could not be loaded" failure={sums.failure} onRetry={sums.retry} />
          ) : (
            <>
              <HomeTiles usage={sums.data} choice={choice} budgets={budgets.data?.budgets} />
              <Suspense fallback={<Skeleton className="h-48 rounded-xl" />}>
                <FamilySums usage={sums.data} choice={choice} />
              </Suspense>
            </>
          )}
          <OwnReachNotice reach={sums.data?.reach} />
        </section>
        <div className="grid gap-6 lg:grid-cols-3">
          <Suspense fallback={<Skeleton className="h-72 rounded-xl lg:col-span-2" />}>
            <SpendChart
              className={seesBudgets ? "lg:col-span-2" : "lg:col-span-3"}
              hours={hours.data?.sums}
              hoursPeriod={hoursPeriod}
            />
          </Suspense>
          {seesBudgets && (
            <Card title="Budgets">
              <Suspense fallback={<Skeleton className="h-40" />}>
                <Budgets query={budgets} />
              </Suspense>
            </Card>
          )}
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
        <Suspense>
          <TopModels usage={models.data} choice={choice} />
        </Suspense>
      </div>
    </>
  );
};
