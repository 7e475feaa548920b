"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useAnswer } from "../../_data/use-answer.ts";
import { Drawer } from "../../_ui/drawer.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { VideoFacts } from "./video-facts.tsx";
import { isUnfinishedVideo } from "./video-words.ts";

const soonMs = 3_000;

interface ContentProps {
  readonly videoId: string;
  readonly mayInvoke: boolean;
}

const Content = ({ videoId, mayInvoke }: ContentProps) => {
  const { data, failure, retry } = useAnswer(
    useNexus().ai.videos.get.queryOptions(
      { videoId },
      { refetchInterval: ({ state }) => (state.data !== undefined && !isUnfinishedVideo(state.data) ? false : soonMs) },
    ),
  );
  if (failure && !data)
    return <FailureNotice title="The video could not be loaded" failure={failure} onRetry={retry} />;
  return data ? (
    <VideoFacts video={data} mayInvoke={mayInvoke} />
  ) : (
    <output aria-label="Loading the video" className="block space-y-4">
      <Skeleton className="h-10" />
      <Skeleton className="h-24" />
      <Skeleton className="h-56" />
    </output>
  );
};

interface VideoDrawerProps {
  readonly videoId: string;
  readonly mayInvoke: boolean;
  readonly onClose: () => void;
}

/** Everything that is known of one video. */
export const VideoDrawer = ({ videoId, mayInvoke, onClose }: VideoDrawerProps) => (
  <Drawer open onClose={onClose} title="Video" description="How it stands, what it costs, and the film">
    <Content videoId={videoId} mayInvoke={mayInvoke} />
  </Drawer>
);
