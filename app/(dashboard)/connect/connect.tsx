"use client";

import Link from "next/link";
import { lazy, Suspense } from "react";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { PageTitle } from "../page-title.tsx";

const ConnectBody = lazy(() => import("./connect-body.tsx").then((module) => ({ default: module.ConnectBody })));

/** How programs and coding tools call this gateway. */
export const Connect = () => (
  <>
    <PageTitle title="Connect">
      <Link href="/docs/connect" className="rounded text-sm font-medium text-accent hover:underline">
        In the documentation
      </Link>
    </PageTitle>
    <Suspense
      fallback={
        <output aria-label="Loading the examples" className="block space-y-6">
          <Skeleton className="h-36 rounded-xl" />
          <Skeleton className="h-96 rounded-xl" />
        </output>
      }
    >
      <ConnectBody />
    </Suspense>
  </>
);
