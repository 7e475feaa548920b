"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useAnswer } from "../_data/use-answer.ts";
import { Drawer } from "../_ui/drawer.tsx";
import { FailureNotice } from "../_ui/failure-notice.tsx";
import { Skeleton } from "../_ui/skeleton.tsx";
import { CallFacts } from "./call-facts.tsx";

const everyMs = 5_000;

const Loading = () => (
  <output aria-label="Loading the call" className="block space-y-4">
    <Skeleton className="h-24" />
    <Skeleton className="h-40" />
    <Skeleton className="h-32" />
  </output>
);

const Content = ({ callId }: { readonly callId: string }) => {
  const { data, failure, retry } = useAnswer(
    useNexus().operations.get.queryOptions({ operationId: callId }, { refetchInterval: everyMs }),
  );
  if (failure && !data) return <FailureNotice title="The call could not be loaded" failure={failure} onRetry={retry} />;
  return data ? <CallFacts call={data} onResolved={retry} /> : <Loading />;
};

interface CallDrawerProps {
  readonly callId: string | undefined;
  readonly onClose: () => void;
}

/** Everything that is known of one call. */
export const CallDrawer = ({ callId, onClose }: CallDrawerProps) => (
  <Drawer open={callId !== undefined} onClose={onClose} title="Call" description="Request, vendor and cost">
    {callId !== undefined && <Content callId={callId} />}
  </Drawer>
);
