"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useAnswer } from "../../_data/use-answer.ts";
import { Drawer } from "../../_ui/drawer.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { AnswerFacts } from "./answer-facts.tsx";
import { goesOn } from "./answer-words.ts";

const soonMs = 2_000;

interface AnswerDrawerProps {
  readonly answerId: string;
  readonly mayInvoke: boolean;
  readonly onClose: () => void;
}

const Content = ({ answerId, mayInvoke, onClose }: AnswerDrawerProps) => {
  const { data, failure, retry } = useAnswer(
    useNexus().ai.responses.get.queryOptions(
      { responseId: answerId },
      {
        refetchInterval: ({ state }) => (state.data !== undefined && !goesOn(state.data) ? false : soonMs),
        retry: false,
      },
    ),
  );
  if (data) return <AnswerFacts answer={data} mayInvoke={mayInvoke} onDeleted={onClose} />;
  if (failure) return <FailureNotice title="The answer could not be loaded" failure={failure} onRetry={retry} />;
  return (
    <output aria-label="Loading the answer" className="block space-y-4">
      <Skeleton className="h-10" />
      <Skeleton className="h-24" />
      <Skeleton className="h-56" />
    </output>
  );
};

/** Everything that is known of one answer. */
export const AnswerDrawer = (props: AnswerDrawerProps) => (
  <Drawer open onClose={props.onClose} title="Answer" description="How it stands, for whom, and what it says">
    <Content {...props} />
  </Drawer>
);
