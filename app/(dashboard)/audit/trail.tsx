"use client";

import { lazy, Suspense } from "react";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { Skeleton, SkeletonRows } from "../../_ui/skeleton.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";
import { Pager } from "../pager.tsx";
import { useChoice } from "../use-choice.ts";
import { useOpenDetails } from "../use-open-details.ts";
import { auditChoices } from "./audit-choice.ts";
import { useAuditTrail } from "./use-audit-trail.ts";

const TrailFilters = lazy(() => import("./trail-filters.tsx").then((module) => ({ default: module.TrailFilters })));
const TrailTable = lazy(() => import("./trail-table.tsx").then((module) => ({ default: module.TrailTable })));
const ExportTrail = lazy(() => import("./export-trail.tsx").then((module) => ({ default: module.ExportTrail })));
const TrailDrawer = whenOpened(() => import("./trail-drawer.tsx").then((module) => module.TrailDrawer));

/** The list, with its filters, pages and files. */
export const Trail = () => {
  const { id, open, close } = useOpenDetails("event");
  const { choice, choose, before, older, newest } = useChoice(auditChoices);
  const { data, failure, retry } = useAuditTrail(choice, before);
  const isFiltered = Object.keys(choice).length > 0;
  const targetName = data?.events.find(({ target }) => target?.id === choice.target)?.target?.name;
  const empty =
    data?.next !== undefined
      ? "Nothing to show on this page; older ones may have more."
      : isFiltered
        ? "No change matches."
        : "Nothing was changed yet. Whatever people, keys and operators change will be here.";
  return (
    <>
      <Suspense fallback={<Skeleton className="h-16" />}>
        <TrailFilters choice={choice} onChoose={choose} targetName={targetName} />
      </Suspense>
      <Card title={before === undefined ? "Newest" : "Older"} flush className="mt-6">
        {failure && <FailureNotice title="The changes could not be loaded" failure={failure} onRetry={retry} />}
        {data ? (
          <Suspense fallback={<SkeletonRows rows={10} label="Loading changes" />}>
            <TrailTable events={data.events} onOpen={open} empty={empty} />
          </Suspense>
        ) : (
          !failure && <SkeletonRows rows={10} label="Loading changes" />
        )}
        <Pager before={before} next={data?.next} onOlder={older} onNewest={newest} />
      </Card>
      <Suspense fallback={<Skeleton className="mt-6 h-40" />}>
        <ExportTrail choice={choice} />
      </Suspense>
      <TrailDrawer
        event={data?.events.find((event) => event.id === id)}
        onClose={close}
        onFilter={(filter) => {
          close();
          choose({ ...(choice.whose === undefined ? {} : { whose: choice.whose }), ...filter });
        }}
      />
    </>
  );
};
