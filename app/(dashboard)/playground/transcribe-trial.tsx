"use client";

import type { NexusInputs, NexusOutputs } from "@topolo/nexus-client";
import { useState } from "react";
import { FormField } from "../../_forms/form-field.tsx";
import { CallTrial } from "./call-trial.tsx";
import { fileDataOf, mostFileBytes } from "./file-data.ts";
import { ForModel } from "./trial-form.tsx";

type Input = NexusInputs["ai"]["transcribe"];

const noAudio: Input["audio"] = { mediaType: "audio/mpeg", data: "the recording as Base64" };

const Heard = ({ text, segments }: Pick<NexusOutputs["ai"]["transcribe"], "text" | "segments">) => (
  <section aria-label="Transcript" className="space-y-3">
    {segments.length < 2 ? (
      <p className="wrap-anywhere whitespace-pre-wrap">{text === "" ? "Nothing was said." : text}</p>
    ) : (
      <ol className="space-y-1">
        {segments.map(({ text: said, startSecond }) => (
          <li key={startSecond} className="flex gap-3">
            <span className="w-14 shrink-0 text-right text-muted tabular-nums">{startSecond.toFixed(1)} s</span>
            <span className="min-w-0 wrap-anywhere">{said}</span>
          </li>
        ))}
      </ol>
    )}
  </section>
);

/** A recording, written down. */
export const TranscribeTrial = () => {
  const [chosen, setChosen] = useState<string>();
  const [audio, setAudio] = useState<Input["audio"]>();
  const [complaint, setComplaint] = useState<string>();
  const [language, setLanguage] = useState("");
  const take = async (picked: File | undefined): Promise<void> => {
    setAudio(undefined);
    setComplaint(undefined);
    if (picked === undefined) return;
    if (!/^(audio|video)\//.test(picked.type)) return setComplaint("Please choose a recording, such as an MP3.");
    if (picked.size > mostFileBytes) return setComplaint("Please choose a recording of up to 11 MB.");
    const mediaType = picked.type.split(";", 1)[0] ?? picked.type;
    setAudio({ mediaType, data: await fileDataOf(picked) });
  };
  return (
    <ForModel operation="ai.transcribe" chosen={chosen} onChoose={setChosen}>
      {(model) => {
        const spoken = /^[a-z]{2,3}$/.test(language) ? { language } : {};
        return (
          <CallTrial
            label="Transcribe"
            fields={
              <>
                <FormField
                  label="Recording"
                  type="file"
                  accept="audio/*,video/*"
                  aria-invalid={complaint !== undefined || undefined}
                  hint={complaint ?? "It is sent to the vendor, and not kept here."}
                  onChange={({ target }) => void take(target.files?.[0])}
                />
                <FormField
                  label="Language (optional)"
                  autoComplete="off"
                  value={language}
                  hint="Its ISO code, such as en."
                  onChange={({ target }) => setLanguage(target.value.trim().toLowerCase())}
                />
              </>
            }
            request={audio && { transcribe: { model, audio, ...spoken } }}
            ask={(nexus) => nexus.ai.transcribe.mutate({ model, audio: audio ?? noAudio, ...spoken })}
            before="What was said appears here."
            renderAnswer={(answer) => <Heard {...answer} />}
            operation="ai.transcribe"
            input={{ model, audio: { ...noAudio, mediaType: audio?.mediaType ?? noAudio.mediaType }, ...spoken }}
          />
        );
      }}
    </ForModel>
  );
};
