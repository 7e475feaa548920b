"use client";

import { lazy, Suspense } from "react";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { PageTitle } from "../page-title.tsx";
import { TimeZoneField } from "../time-zone-field.tsx";

const Trail = lazy(() => import("./trail.tsx").then((module) => ({ default: module.Trail })));

/** Who changed what, in Nexus and in Topolo Auth. */
export const AuditLog = () => (
  <>
    <PageTitle title="Audit log">
      <TimeZoneField />
    </PageTitle>
    <Suspense fallback={<SkeletonRows rows={10} label="Loading changes" />}>
      <Trail />
    </Suspense>
  </>
);
