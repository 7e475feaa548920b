"use client";

import type { NexusInputs, NexusOutputs } from "@topolo/nexus-client";
import { useState } from "react";
import { FormField } from "../../_forms/form-field.tsx";
import { Button } from "../../_ui/button.tsx";
import { CopiedAs } from "./copied-as.tsx";
import { HeldBefore } from "./held-before.tsx";
import { CostAfter, WhatFailed } from "./outcome.tsx";
import { ForModel, Trial } from "./trial-form.tsx";
import { useTrial } from "./use-trial.ts";

type Input = NexusInputs["ai"]["transcribe"];

/** As much as fits into a request once it is base64. */
const mostBytes = 11_500_000;

const dataOf = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      resolve(typeof reader.result === "string" ? (reader.result.split(",", 2)[1] ?? "") : "");
    });
    reader.addEventListener("error", () => reject(reader.error ?? new Error("the file could not be read")));
    reader.readAsDataURL(file);
  });

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
  const { busy, answer, error, run } = useTrial<NexusOutputs["ai"]["transcribe"]>();
  const take = async (picked: File | undefined): Promise<void> => {
    setAudio(undefined);
    setComplaint(undefined);
    if (picked === undefined) return;
    if (!/^(audio|video)\//.test(picked.type)) return setComplaint("Please choose a recording, such as an MP3.");
    if (picked.size > mostBytes) return setComplaint("Please choose a recording of up to 11 MB.");
    const mediaType = picked.type.split(";", 1)[0] ?? picked.type;
    setAudio({ mediaType, data: await dataOf(picked) });
  };
  return (
    <ForModel operation="ai.transcribe" chosen={chosen} onChoose={setChosen}>
      {(model) => {
        const spoken = /^[a-z]{2,3}$/.test(language) ? { language } : {};
        const input: Input | undefined = audio && { model, audio, ...spoken };
        return (
          <Trial
            form={
              <form
                aria-label="Transcribe"
                className="space-y-4"
                onSubmit={(event) => {
                  event.preventDefault();
                  if (input) void run((nexus) => nexus.ai.transcribe.mutate(input));
                }}
              >
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
                <HeldBefore request={input && { transcribe: input }} />
                <div className="flex justify-end">
                  <Button type="submit" look="primary" disabled={!input || busy}>
                    {busy ? "One moment…" : "Run"}
                  </Button>
                </div>
              </form>
            }
            answer={
              <div aria-live="polite" className="space-y-4">
                {!answer && !error && <p className="text-muted">What was said appears here.</p>}
                {answer && <Heard {...answer} />}
                {answer && <CostAfter facts={answer.nexus} usage={answer.usage} />}
                {error && <WhatFailed error={error} />}
              </div>
            }
            copied={
              <CopiedAs
                operation="ai.transcribe"
                input={{
                  model,
                  audio: { mediaType: audio?.mediaType ?? "audio/mpeg", data: "the recording as Base64" },
                  ...spoken,
                }}
              />
            }
          />
        );
      }}
    </ForModel>
  );
};
