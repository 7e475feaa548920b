"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useNexus } from "@topolo/nexus-client/react-query";
import { lazy, Suspense, useState } from "react";
import { useMinute } from "../../_data/use-minute.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { Skeleton, SkeletonRows } from "../../_ui/skeleton.tsx";
import { useTimeZone } from "../../_ui/use-time-zone.ts";
import { AdmissionNotice } from "../admission-notice.tsx";
import { OwnReachNotice } from "../own-reach-notice.tsx";
import { PageTitle } from "../page-title.tsx";
import { Pager } from "../pager.tsx";
import { TimeZoneField } from "../time-zone-field.tsx";
import { useChoice } from "../use-choice.ts";
import { useOpenDetails } from "../use-open-details.ts";
import { callFilters, filterOf } from "./call-filter.ts";
import { FollowNote } from "./follow-note.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";

const Filters = lazy(() => import("./parts-of-calls.ts").then((module) => ({ default: module.Filters })));
const CallsTable = lazy(() => import("./parts-of-calls.ts").then((module) => ({ default: module.CallsTable })));

const CallDrawer = whenOpened(() => import("./parts-of-calls.ts").then((module) => module.CallDrawer));

const pageSize = 50;
const liveEveryMs = 5_000;
const pastEveryMs = 60_000;

/** The calls that a person sees, filtered and in pages; the newest follow what comes in. */
export const Calls = () => {
  const { id, open, close } = useOpenDetails("call");
  const { choice, choose, before, older, newest } = useChoice(callFilters);
  const nexus = useNexus();
  const [zone] = useTimeZone();
  const now = useMinute();
  const [paused, setPaused] = useState(false);
  const [isTold, setIsTold] = useState(false);
  const { from, to, ...filters } = filterOf(choice, now, zone);
  const question = nexus.operations.list.queryOptions(
    {
      ...filters,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(before === undefined ? {} : { before }),
      limit: pageSize,
    },
    { placeholderData: keepPreviousData },
  );
  const follows = before === undefined && (to === undefined || Date.parse(to) > now.getTime());
  // What no longer has the chosen state is not told: it leaves the list where somebody asks.
  const isLive = follows && (!isTold || filters.state !== undefined);
  const { data, failure, retry } = useAnswer({
    ...question,
    refetchInterval: paused ? false : isLive ? liveEveryMs : pastEveryMs,
    refetchOnWindowFocus: !paused,
  });
  const next = data?.next ?? undefined;
  const empty = next === undefined ? "No calls match." : "No calls match on this page; older ones may.";

  return (
    <>
      <PageTitle title="Calls">
        <TimeZoneField />
      </PageTitle>
      <AdmissionNotice />
      <Suspense fallback={<Skeleton className="h-70 md:h-29" />}>
        <Filters choice={choice} onChoose={choose} />
      </Suspense>
      <OwnReachNotice reach={data?.reach} />
      <Card
        title={before === undefined ? "Newest" : "Older"}
        flush
        className="mt-6"
        aside={
          follows ? (
            <FollowNote
              key={JSON.stringify(filters)}
              filters={filters}
              list={{ queryKey: question.queryKey, size: pageSize }}
              isPaused={paused}
              onPause={setPaused}
              onTelling={setIsTold}
            />
          ) : undefined
        }
      >
        {failure && <FailureNotice title="The calls could not be loaded" failure={failure} onRetry={retry} />}
        <Suspense fallback={<SkeletonRows rows={10} label="Loading calls" />}>
          {data ? (
            <CallsTable calls={data.operations} onOpen={open} empty={empty} />
          ) : (
            !failure && <SkeletonRows rows={10} label="Loading calls" />
          )}
          {(data ?? failure) && <Pager before={before} next={next} onOlder={older} onNewest={newest} />}
        </Suspense>
      </Card>
      <CallDrawer callId={id} onClose={close} />
    </>
  );
};
