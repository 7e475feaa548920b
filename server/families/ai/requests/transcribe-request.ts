import { ai } from "../../../contracts/ai.ts";
import { TranscribeOutput, type TranscribeInput } from "../../../contracts/ai/transcribe.ts";
import { sizeOfInput, type RequestSize } from "../request-size.ts";
import { refuseUnpricedOptions } from "./refuse-unpriced-options.ts";
import { typedAnswer } from "./typed-answer.ts";

const stored = TranscribeOutput.omit({ nexus: true, usage: true });

interface Recording {
  readonly data: string;
  /** Its place in the request. */
  readonly field: string;
  readonly prompt?: string | undefined;
}

/** How large a request for a transcript is. */
export const sizeOfRecording = ({ data, field, prompt = "" }: Recording): RequestSize => ({
  ...sizeOfInput(Buffer.byteLength(prompt), [{ kind: "audio", field, data }]),
  made: { kind: "transcript" },
});

/** `ai.transcribe` for the call path. */
export const transcribeRequest = (input: TranscribeInput) => {
  refuseUnpricedOptions(input);
  return typedAnswer(
    {
      operation: ai.transcribe,
      input,
      needs: { tools: false, images: false, json: false },
      size: sizeOfRecording({ data: input.audio.data, field: "audio.data", prompt: input.prompt }),
    },
    { ask: (vendor, io) => vendor.transcribe?.(input, io), stored },
  );
};
