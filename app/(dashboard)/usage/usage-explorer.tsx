"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useNexus } from "@topolo/nexus-client/react-query";
import Link from "next/link";
import { lazy, Suspense } from "react";
import { useAnswer } from "../../_data/use-answer.ts";
import { useMinute } from "../../_data/use-minute.ts";
import { useTimeZone } from "../../_ui/use-time-zone.ts";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { Skeleton, SkeletonRows } from "../../_ui/skeleton.tsx";
import { OwnReachNotice } from "../own-reach-notice.tsx";
import { PageTitle } from "../page-title.tsx";
import { TimeZoneField } from "../time-zone-field.tsx";
import { useChoice } from "../use-choice.ts";
import { UsageFilters } from "./usage-filters.tsx";
import { callsAddress, dimensions, groupingOf, questionOf, usageChoices } from "./usage-question.ts";
import { UsageTotals } from "./usage-totals.tsx";

const UsageGroups = lazy(() => import("./usage-groups.tsx").then((module) => ({ default: module.UsageGroups })));
const UsageChart = lazy(() => import("./usage-chart.tsx").then((module) => ({ default: module.UsageChart })));
const UsageFiles = lazy(() => import("./usage-files.tsx").then((module) => ({ default: module.UsageFiles })));

const everyMs = 15_000;
const empty = "Nothing was used in this period, or nothing matches the filters.";

/** What was used, of whom and by whom, for how much; every number leads to the calls behind it. */
export const UsageExplorer = () => {
  const { choice, choose } = useChoice(usageChoices);
  const [zone] = useTimeZone();
  const question = questionOf(choice, useMinute(), zone);
  const { data, failure, retry } = useAnswer(
    useNexus().usage.explore.queryOptions(question, { refetchInterval: everyMs, placeholderData: keepPreviousData }),
  );
  const by = groupingOf(choice);
  const grouping = dimensions.find(({ id }) => id === by)?.name ?? "";
  return (
    <>
      <PageTitle title="Usage">
        <TimeZoneField />
      </PageTitle>
      <UsageFilters choice={choice} onChoose={choose} />
      <OwnReachNotice reach={data?.reach} />
      <div className="mt-6 space-y-6">
        {failure && <FailureNotice title="The usage could not be loaded" failure={failure} onRetry={retry} />}
        {(data ?? !failure) && <UsageTotals usage={data} choice={choice} />}
        {data ? (
          <>
            <Suspense fallback={<Skeleton className="h-80 rounded-xl" />}>
              <UsageChart usage={data} by={by} measure={question.orderBy ?? "cost"} />
            </Suspense>
            <Card
              title={`By ${grouping.toLowerCase()}`}
              flush
              aside={
                <Link href={callsAddress(choice)} className="rounded text-sm font-medium text-accent hover:underline">
                  Calls behind this
                </Link>
              }
            >
              <Suspense fallback={<SkeletonRows rows={8} label="Loading the groups" />}>
                <UsageGroups usage={data} by={by} choice={choice} onChoose={choose} empty={empty} />
              </Suspense>
            </Card>
            <Suspense fallback={<Skeleton className="h-40 rounded-xl" />}>
              <UsageFiles question={question} zone={zone} app={choice.app} />
            </Suspense>
          </>
        ) : (
          !failure && <SkeletonRows rows={10} label="Loading usage" />
        )}
      </div>
    </>
  );
};
