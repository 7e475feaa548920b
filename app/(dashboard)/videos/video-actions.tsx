"use client";

import { useState } from "react";
import type { ListedVideo } from "../../_data/answers.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { useSaveExport } from "../../_data/use-save-export.ts";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { Button } from "../../_ui/button.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";
import { filmOf, titleOfVideo, unreadFilm } from "./video-words.ts";

const ConfirmRemoval = whenOpened(() =>
  import("../security/user/_parts/confirm-removal.tsx").then((module) => module.ConfirmRemoval),
);

/** Saves a video that is made; ends one that is not, where its vendor can. */
export const VideoActions = ({ video }: { readonly video: ListedVideo }) => {
  const { id, provider, files, cancellable } = video;
  const change = useChangeAtNexus();
  const { busy, refusal, save } = useSaveExport(unreadFilm);
  const [asking, setAsking] = useState(false);
  const title = titleOfVideo(video);
  return (
    <>
      {files.map(({ index }) => {
        const { address, name } = filmOf(video, index);
        const what = files.length === 1 ? "Save" : `Save ${index + 1}`;
        return (
          <Button
            key={index}
            look="quiet"
            disabled={busy}
            aria-label={`${what} ${title}`}
            onClick={() => save(address, name)}
          >
            {busy ? "Saving…" : what}
          </Button>
        );
      })}
      {cancellable && (
        <Button look="quiet" aria-label={`Cancel ${title}`} onClick={() => setAsking(true)}>
          Cancel
        </Button>
      )}
      <RefusalNotice refusal={refusal} />
      {asking && (
        <ConfirmRemoval
          title={`Cancel ${title}?`}
          description={`${provider} is asked to stop. What it has made all the same by then is charged, and can be watched.`}
          action="Cancel the video"
          onClose={() => setAsking(false)}
          remove={async () => {
            await change((nexus) => nexus.ai.videos.cancel.mutate({ videoId: id }));
          }}
        />
      )}
    </>
  );
};
