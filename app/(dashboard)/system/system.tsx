"use client";

import { lazy, Suspense } from "react";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { TimeAgo } from "../../_ui/time.tsx";
import { PageTitle } from "../page-title.tsx";
import { useSystem } from "./use-system.ts";

const SystemParts = lazy(() => import("./system-parts.tsx").then((module) => ({ default: module.SystemParts })));

const Loading = () => (
  <output aria-label="Looking at the system" className="grid gap-6 lg:grid-cols-2">
    <Skeleton className="h-20 rounded-xl lg:col-span-2" />
    <Skeleton className="h-72 rounded-xl" />
    <Skeleton className="h-72 rounded-xl" />
  </output>
);

/** How the installation is, for those who run it. */
export const System = () => {
  const { data, failure, retry } = useSystem();
  return (
    <>
      <PageTitle title="System">
        {data && (
          <p className="text-sm text-muted">
            Looked at <TimeAgo at={data.system.at} />, every few seconds
          </p>
        )}
      </PageTitle>
      {failure && <FailureNotice title="The system could not be looked at" failure={failure} onRetry={retry} />}
      {data ? (
        <Suspense fallback={<Loading />}>
          <SystemParts seen={data} />
        </Suspense>
      ) : (
        !failure && <Loading />
      )}
    </>
  );
};
