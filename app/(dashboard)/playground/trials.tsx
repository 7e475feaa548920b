"use client";

import { classNames } from "../../_ui/class-names.ts";
import { oneOf, useChoice } from "../use-choice.ts";
import { EmbedTrial } from "./embed-trial.tsx";
import { ImageTrial } from "./image-trial.tsx";
import { MailTrial } from "./mail-trial.tsx";
import { ModerateTrial } from "./moderate-trial.tsx";
import { ObjectTrial } from "./object-trial.tsx";
import { SpeechTrial } from "./speech-trial.tsx";
import { TextTrial } from "./text-trial.tsx";
import { TranscribeTrial } from "./transcribe-trial.tsx";

const operations = [
  { id: "text", name: "Generate text", Trial: TextTrial },
  { id: "object", name: "Generate an object", Trial: ObjectTrial },
  { id: "embed", name: "Embed", Trial: EmbedTrial },
  { id: "moderate", name: "Moderate", Trial: ModerateTrial },
  { id: "image", name: "Make images", Trial: ImageTrial },
  { id: "speech", name: "Say a text", Trial: SpeechTrial },
  { id: "transcribe", name: "Transcribe", Trial: TranscribeTrial },
  { id: "mail", name: "Render a mail", Trial: MailTrial },
] as const;

const choices = { try: oneOf(operations.map(({ id }) => id)) };

/** The operations that can be tried, one at a time. */
export const Trials = () => {
  const { choice, choose } = useChoice(choices);
  const { id: chosen, Trial } = operations.find(({ id }) => id === choice.try) ?? operations[0];
  return (
    <>
      <nav aria-label="Operations" className="mb-6 border-b border-line">
        <ul className="-mb-px flex gap-1 overflow-x-auto">
          {operations.map(({ id, name }) => (
            <li key={id}>
              <button
                type="button"
                aria-current={id === chosen ? "true" : undefined}
                onClick={() => choose({ try: id })}
                className={classNames(
                  "border-b-2 px-3 py-2 font-medium whitespace-nowrap -outline-offset-2 transition-colors",
                  id === chosen
                    ? "border-accent text-ink"
                    : "border-transparent text-muted hover:border-line-strong hover:text-ink",
                )}
              >
                {name}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <Trial />
    </>
  );
};
