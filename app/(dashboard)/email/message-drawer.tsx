"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { bothOf, useAnswer } from "../../_data/use-answer.ts";
import { Drawer } from "../../_ui/drawer.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { MessageFacts } from "./message-facts.tsx";

const everyMs = 5_000;

const Content = ({ emailId }: { readonly emailId: string }) => {
  const nexus = useNexus();
  const often = { refetchInterval: everyMs };
  const { data, failure, retry } = bothOf(
    useAnswer(nexus.email.get.queryOptions({ emailId }, often)),
    useAnswer(nexus.email.events.queryOptions({ emailId }, often)),
  );
  if (data) {
    const [{ email, content }, { events }] = data;
    return <MessageFacts mail={email} content={content} events={events} onChanged={retry} />;
  }
  if (failure) return <FailureNotice title="The mail could not be loaded" failure={failure} onRetry={retry} />;
  return (
    <output aria-label="Loading the mail" className="block space-y-4">
      <Skeleton className="h-24" />
      <Skeleton className="h-40" />
      <Skeleton className="h-32" />
    </output>
  );
};

interface MessageDrawerProps {
  readonly emailId: string | undefined;
  readonly onClose: () => void;
}

/** Everything that is known of one mail. */
export const MessageDrawer = ({ emailId, onClose }: MessageDrawerProps) => (
  <Drawer open={emailId !== undefined} onClose={onClose} title="Mail" description="Recipients, events and what it said">
    {emailId !== undefined && <Content emailId={emailId} />}
  </Drawer>
);
