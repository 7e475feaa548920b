"use client";

import { lazy, Suspense } from "react";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { PageTitle } from "../page-title.tsx";

const CredentialParts = lazy(() =>
  import("./credential-parts.tsx").then((module) => ({ default: module.CredentialParts })),
);

/** For platform administrators: the secrets with which Nexus pays vendors for others. */
export const PlatformCredentials = () => (
  <>
    <PageTitle title="Platform credentials" />
    <Suspense fallback={<Skeleton className="h-72 rounded-xl" />}>
      <CredentialParts />
    </Suspense>
  </>
);
