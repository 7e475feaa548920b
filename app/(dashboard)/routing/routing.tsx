"use client";

import { outranks } from "@topolo/auth-client";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import { bothOf, useAnswer } from "../../_data/use-answer.ts";
import { useSession } from "../../_session/session-provider.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { PageTitle } from "../page-title.tsx";
import type { ShownPreferences } from "./routing-changes.ts";
import { RoutingForm } from "./routing-form.tsx";

const Loaded = () => {
  const nexus = useNexus();
  const { session } = useSession();
  const { data, failure, retry } = bothOf(
    useAnswer(nexus.preferences.get.queryOptions({})),
    useAnswer(nexus.keys.vendors.queryOptions({})),
  );
  // What is being edited stays what it was begun with, until it is saved or given up.
  const [begun, setBegun] = useState<ShownPreferences>();
  const newest = data?.[0];
  const stored = begun ?? newest;
  if (begun === undefined && newest !== undefined) setBegun(newest);
  if (failure && stored === undefined)
    return <FailureNotice title="The preferences could not be loaded" failure={failure} onRetry={retry} />;
  if (data === undefined || stored === undefined || newest === undefined)
    return <SkeletonRows rows={6} label="Loading preferences" />;
  return (
    <RoutingForm
      key={stored.revision}
      stored={stored}
      newest={newest}
      vendors={data[1].vendors}
      mayManage={session !== undefined && outranks(session.role, "member")}
      onStored={setBegun}
      onRefused={retry}
    />
  );
};

/** Which vendors and models answer the organization's calls, in which order, and why. */
export const Routing = () => (
  <>
    <PageTitle title="Routing" />
    <Loaded />
  </>
);
