"use client";

import { EmbedTrial } from "./embed-trial.tsx";
import { ImageTrial } from "./image-trial.tsx";
import { MailTrial } from "./mail-trial.tsx";
import { ModerateTrial } from "./moderate-trial.tsx";
import { ObjectTrial } from "./object-trial.tsx";
import { RerankTrial } from "./rerank-trial.tsx";
import { SpeechTrial } from "./speech-trial.tsx";
import { TextTrial } from "./text-trial.tsx";
import { TranscribeTrial } from "./transcribe-trial.tsx";
import type { TriedId } from "./tried-operations.ts";

const trials = {
  text: TextTrial,
  object: ObjectTrial,
  embed: EmbedTrial,
  rerank: RerankTrial,
  moderate: ModerateTrial,
  image: ImageTrial,
  speech: SpeechTrial,
  transcribe: TranscribeTrial,
  mail: MailTrial,
} as const satisfies Readonly<Record<TriedId, unknown>>;

/** The form of an operation, and what comes of it. */
export const TrialOf = ({ id }: { readonly id: TriedId }) => {
  const Chosen = trials[id];
  return <Chosen />;
};
