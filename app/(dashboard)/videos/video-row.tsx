"use client";

import type { ListedVideo } from "../../_data/answers.ts";
import { Badge } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { CopyButton } from "../../_ui/copy-button.tsx";
import { TimeAgo } from "../../_ui/time.tsx";
import { titleOfVideo, videoStates } from "./video-words.ts";
import { VideoActions } from "./video-actions.tsx";
import { VideoMoney } from "./video-money.tsx";
import { ForWhom } from "../for-whom.tsx";

interface VideoRowProps {
  readonly video: ListedVideo;
  readonly mayInvoke: boolean;
  readonly onOpen: (id: string) => void;
}

/** A video: where it stands, what it costs, and what can be done with it. */
export const VideoRow = ({ video, mayInvoke, onOpen }: VideoRowProps) => {
  const { id, provider, status, fault, appId, userId, createdAt } = video;
  const title = titleOfVideo(video);
  const { word, tone, meaning } = videoStates[status];
  return (
    <li className="border-t border-line px-5 py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 grow basis-64">
          <p className="flex flex-wrap items-center gap-x-2 font-medium">
            <span className="wrap-anywhere">{title}</span>
            <Badge tone={tone} title={meaning}>
              {word}
            </Badge>
          </p>
          <p className="text-sm wrap-anywhere text-muted">
            <VideoMoney {...video} />
          </p>
          <p className="text-sm wrap-anywhere text-muted">
            Asked of {provider} <TimeAgo at={createdAt} />
            <ForWhom userId={userId} appId={appId} />
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-1">
          <CopyButton text={id} label={`Copy the id of ${title}`} />
          <Button look="quiet" aria-haspopup="dialog" aria-label={`Details of ${title}`} onClick={() => onOpen(id)}>
            Details
          </Button>
          {mayInvoke && <VideoActions video={video} />}
        </div>
      </div>
      {fault && (
        <p className="mt-1 text-sm wrap-anywhere text-bad">
          <bdi>{fault.message}</bdi> <span className="font-mono text-xs">{fault.code}</span>
        </p>
      )}
    </li>
  );
};
