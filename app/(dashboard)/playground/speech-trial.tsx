"use client";

import type { NexusInputs, NexusOutputs } from "@topolo/nexus-client";
import { useState } from "react";
import { FormField } from "../../_forms/form-field.tsx";
import { Button } from "../../_ui/button.tsx";
import { TextAreaField } from "../members/sign-in/text-area-field.tsx";
import { CopiedAs } from "./copied-as.tsx";
import { HeldBefore } from "./held-before.tsx";
import { CostAfter, WhatFailed } from "./outcome.tsx";
import { ForModel, Trial } from "./trial-form.tsx";
import { useTrial } from "./use-trial.ts";

type Input = NexusInputs["ai"]["generateSpeech"];

/** The text itself, for as long as it may take to say. */
const captionsOf = (text: string): string =>
  `data:text/vtt;charset=utf-8,${encodeURIComponent(`WEBVTT\n\n00:00:00.000 --> 01:00:00.000\n${text.replaceAll(/\n+/g, "\n")}\n`)}`;

/** A text, said. */
export const SpeechTrial = () => {
  const [chosen, setChosen] = useState<string>();
  const [text, setText] = useState("Good morning. The boat leaves at nine.");
  const [voice, setVoice] = useState("");
  const [instructions, setInstructions] = useState("");
  const { busy, answer, error, run } = useTrial<NexusOutputs["ai"]["generateSpeech"]>();
  const complete = text.trim() !== "";
  return (
    <ForModel operation="ai.generateSpeech" chosen={chosen} onChoose={setChosen}>
      {(model) => {
        const input: Input = {
          model,
          text,
          ...(voice.trim() === "" ? {} : { voice: voice.trim() }),
          ...(instructions.trim() === "" ? {} : { instructions }),
        };
        return (
          <Trial
            form={
              <form
                aria-label="Say a text"
                className="space-y-4"
                onSubmit={(event) => {
                  event.preventDefault();
                  void run((nexus) => nexus.ai.generateSpeech.mutate(input));
                }}
              >
                <TextAreaField label="Text" value={text} onChange={({ target }) => setText(target.value)} />
                <FormField
                  label="Voice (optional)"
                  autoComplete="off"
                  value={voice}
                  hint="The vendor's name of it, such as coral."
                  onChange={({ target }) => setVoice(target.value)}
                />
                <TextAreaField
                  label="Instructions (optional)"
                  rows={2}
                  value={instructions}
                  onChange={({ target }) => setInstructions(target.value)}
                />
                <HeldBefore request={complete ? { generateSpeech: input } : undefined} />
                <div className="flex justify-end">
                  <Button type="submit" look="primary" disabled={!complete || busy}>
                    {busy ? "One moment…" : "Run"}
                  </Button>
                </div>
              </form>
            }
            answer={
              <div aria-live="polite" className="space-y-4">
                {!answer && !error && <p className="text-muted">The recording appears here.</p>}
                {answer && (
                  <figure aria-label="Recording">
                    <audio
                      controls
                      className="w-full"
                      src={`data:${answer.audio.mediaType};base64,${answer.audio.data}`}
                    >
                      <track kind="captions" label="What is said" src={captionsOf(text)} />
                    </audio>
                    <figcaption className="mt-1 text-sm text-muted">Made by a model, not said by a person.</figcaption>
                  </figure>
                )}
                {answer && <CostAfter facts={answer.nexus} usage={answer.usage} />}
                {error && <WhatFailed error={error} />}
              </div>
            }
            copied={<CopiedAs operation="ai.generateSpeech" input={input} />}
          />
        );
      }}
    </ForModel>
  );
};
