"use client";

import { useEffect, useState } from "react";
import { useReadFile } from "../../_data/use-read-file.ts";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { useSubmit } from "../../_forms/use-submit.ts";
import { Button } from "../../_ui/button.tsx";
import { unreadFilm } from "./video-words.ts";

interface FilmProps {
  /** Where it is read, as the person who is signed in. */
  readonly address: string;
  readonly mediaType: string;
  readonly title: string;
}

const noCaptions = "data:text/vtt;charset=utf-8,WEBVTT";

/** A film that its vendor keeps: read once somebody wants to watch it, and played from the browser's memory. */
export const Film = ({ address, mediaType, title }: FilmProps) => {
  const read = useReadFile(unreadFilm);
  const { busy, refusal, run } = useSubmit();
  const [source, setSource] = useState<string>();
  const [unplayable, setUnplayable] = useState(false);
  useEffect(() => () => void (source !== undefined && URL.revokeObjectURL(source)), [source]);
  const watch = (): void =>
    run(async () => {
      // What comes is bytes for whoever saves it; here it is a film.
      setSource(URL.createObjectURL(new Blob([await read(address)], { type: mediaType })));
    });
  return (
    <figure aria-label="Film" className="space-y-2">
      {source === undefined && (
        <Button disabled={busy} aria-label={`Watch ${title}`} onClick={watch}>
          {busy ? "It comes from its vendor…" : "Watch"}
        </Button>
      )}
      <RefusalNotice refusal={refusal} />
      {source !== undefined && !unplayable && (
        <video
          controls
          src={source}
          aria-label={title}
          className="w-full rounded-lg border border-line bg-black"
          onError={() => setUnplayable(true)}
        >
          <track kind="captions" label="None" src={noCaptions} />
        </video>
      )}
      {unplayable && (
        <output className="block rounded-lg bg-raised px-4 py-3 text-sm">
          This browser cannot play it. Save it, and open it with another program.
        </output>
      )}
      <figcaption className="text-sm text-muted">Made by a model, not filmed by a person.</figcaption>
    </figure>
  );
};
