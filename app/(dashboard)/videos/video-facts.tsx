"use client";

import Link from "next/link";
import type { ListedVideo } from "../../_data/answers.ts";
import { Badge } from "../../_ui/badge.tsx";
import { FullTime, TimeAgo } from "../../_ui/time.tsx";
import { AttributionFacts } from "../attribution-facts.tsx";
import { Fact, Id, ruled } from "../facts.tsx";
import { Film } from "./film.tsx";
import { VideoActions } from "./video-actions.tsx";
import { VideoMoney } from "./video-money.tsx";
import { filmOf, isUnfinishedVideo, titleOfVideo, videoStates } from "./video-words.ts";

/** Everything that is known of a video, and the film itself. */
export const VideoFacts = ({ video, mayInvoke }: { readonly video: ListedVideo; readonly mayInvoke: boolean }) => {
  const { id, operationId, provider, model, status, fault, files, createdAt, endedAt } = video;
  const { word, tone, meaning } = videoStates[status];
  const title = titleOfVideo(video);
  return (
    <div className="space-y-5">
      <div className="space-y-2">
        <output className="flex flex-wrap items-center gap-2">
          <Badge tone={tone}>{word}</Badge>
          <span className="text-sm text-muted">{meaning}.</span>
        </output>
        {isUnfinishedVideo(video) && (
          <p className="text-sm text-muted">
            It was asked for <TimeAgo at={createdAt} />. The end shows here by itself.
          </p>
        )}
        {fault && (
          <p className="rounded-lg bg-bad-soft px-4 py-3 text-sm wrap-anywhere text-bad">
            <bdi>{fault.message}</bdi> <span className="font-mono text-xs">{fault.code}</span>
          </p>
        )}
      </div>
      {mayInvoke &&
        files.map(({ index, mediaType }) => (
          <Film key={index} {...filmOf(video, index)} mediaType={mediaType} title={title} />
        ))}
      {mayInvoke && (
        <div className="-mx-3.5 flex flex-wrap gap-1 empty:hidden">
          <VideoActions video={video} />
        </div>
      )}
      <dl className={ruled}>
        <Fact name="Money">
          <VideoMoney {...video} />
        </Fact>
        <Fact name="Model">
          <bdi className="font-mono text-sm break-all">
            {provider}/{model}
          </bdi>
        </Fact>
        <Fact name="Length">{video.durationSeconds} s</Fact>
        <Fact name="Size">{video.resolution}</Fact>
        <AttributionFacts appId={video.appId} userId={video.userId} />
        <Fact name="Asked for">
          <FullTime at={createdAt} />
        </Fact>
        {endedAt !== null && (
          <Fact name="Ended">
            <FullTime at={endedAt} />
          </Fact>
        )}
        <Fact name="Id">
          <Id id={id} label="the id of the video" />
        </Fact>
      </dl>
      <p className="text-sm text-muted">
        The prompt is sent to {provider}, and not kept here.{" "}
        <Link href={`/calls?call=${operationId}`} className="text-accent underline">
          See the call
        </Link>
      </p>
    </div>
  );
};
