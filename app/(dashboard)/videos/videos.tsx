"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import Link from "next/link";
import { lazy, Suspense, useState } from "react";
import { useAnswer } from "../../_data/use-answer.ts";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";
import { LookOnlyNotice } from "../look-only-notice.tsx";
import { PageTitle } from "../page-title.tsx";
import { Pager } from "../pager.tsx";
import { useChoice } from "../use-choice.ts";
import { useMayInvoke } from "../use-may-invoke.ts";
import { useOpenDetails } from "../use-open-details.ts";

// Most who look here have no video yet.
const VideoRow = lazy(() => import("./parts-of-videos.ts").then((module) => ({ default: module.VideoRow })));
const VideoDrawer = whenOpened(() => import("./parts-of-videos.ts").then((module) => module.VideoDrawer));
const StartVideoDialog = whenOpened(() => import("./start-video-dialog.tsx").then((module) => module.StartVideoDialog));

const soonMs = 3_000;
const everyMs = 30_000;
const nothingChosen = {};

/** The videos that vendors make for the organization. */
export const Videos = () => {
  const { before, older, newest } = useChoice(nothingChosen);
  const mayInvoke = useMayInvoke();
  const details = useOpenDetails("video");
  const [starting, setStarting] = useState(false);
  const { data, failure, retry } = useAnswer(
    useNexus().ai.videos.list.queryOptions(before === undefined ? {} : { before }, {
      refetchInterval: ({ state }) =>
        state.data?.videos.some(({ endedAt }) => endedAt === null) === true ? soonMs : everyMs,
    }),
  );
  const last = data?.videos.at(-1)?.id;
  return (
    <>
      <PageTitle title="Videos">
        {mayInvoke && <Button onClick={() => setStarting(true)}>Have a video made</Button>}
      </PageTitle>
      {!mayInvoke && <LookOnlyNotice />}
      <Card title="Videos that vendors make" flush>
        {failure && <FailureNotice title="The videos could not be loaded" failure={failure} onRetry={retry} />}
        {data && data.videos.length === 0 && (
          <p className="border-t border-line px-5 py-10 text-center text-muted">
            {before === undefined ? "None yet. " : "No older ones. "}
            Programs have them made of a description, too:{" "}
            <Link className="text-accent underline" href="/docs/guides/ai#videos">
              how
            </Link>
            .
          </p>
        )}
        {data && data.videos.length > 0 && (
          <Suspense fallback={<SkeletonRows rows={4} label="Loading the videos" />}>
            <ul aria-label="Videos">
              {data.videos.map((video) => (
                <VideoRow key={video.id} video={video} mayInvoke={mayInvoke} onOpen={details.open} />
              ))}
            </ul>
          </Suspense>
        )}
        {!data && !failure && <SkeletonRows rows={4} label="Loading the videos" />}
        {(data ?? failure) && (
          <Pager before={before} next={data?.more ? last : undefined} onOlder={older} onNewest={newest} />
        )}
      </Card>
      {details.id !== undefined && <VideoDrawer videoId={details.id} mayInvoke={mayInvoke} onClose={details.close} />}
      {starting && (
        <StartVideoDialog
          onClose={() => setStarting(false)}
          onStarted={(videoId) => {
            setStarting(false);
            details.open(videoId);
          }}
        />
      )}
    </>
  );
};
