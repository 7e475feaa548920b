"use client";

import type { NexusInputs } from "@topolo/nexus-client";
import { useState } from "react";
import { FormField } from "../../_forms/form-field.tsx";
import { TextAreaField } from "../members/sign-in/text-area-field.tsx";
import { CallTrial } from "./call-trial.tsx";
import { ForModel } from "./trial-form.tsx";

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
          <CallTrial
            label="Say a text"
            fields={
              <>
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
              </>
            }
            request={text.trim() === "" ? undefined : { generateSpeech: input }}
            ask={async (nexus) => ({ ...(await nexus.ai.generateSpeech.mutate(input)), said: text })}
            before="The recording appears here."
            renderAnswer={({ audio, said }) => (
              <figure aria-label="Recording">
                <audio controls className="w-full" src={`data:${audio.mediaType};base64,${audio.data}`}>
                  <track kind="captions" label="What is said" src={captionsOf(said)} />
                </audio>
                <figcaption className="mt-1 text-sm text-muted">Made by a model, not said by a person.</figcaption>
              </figure>
            )}
            operation="ai.generateSpeech"
            input={input}
          />
        );
      }}
    </ForModel>
  );
};
