"use client";

import { lazy, Suspense } from "react";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { PageTitle } from "../page-title.tsx";

const Trials = lazy(() => import("./trials.tsx").then((module) => ({ default: module.Trials })));

/** Where operations are tried, as the person who is signed in: what they cost is booked as theirs. */
export const Playground = () => (
  <>
    <PageTitle title="Playground">
      <p className="text-muted">Calls are real, and are booked as yours.</p>
    </PageTitle>
    <Suspense
      fallback={
        <output aria-label="Loading the playground" className="grid gap-6 lg:grid-cols-2">
          <Skeleton className="h-96 rounded-xl" />
          <Skeleton className="h-96 rounded-xl" />
        </output>
      }
    >
      <Trials />
    </Suspense>
  </>
);
