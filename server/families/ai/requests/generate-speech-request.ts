import { ai } from "../../../contracts/ai.ts";
import { GenerateSpeechOutput, type GenerateSpeechInput } from "../../../contracts/ai/generate-speech.ts";
import { sizeOfInput, type RequestSize } from "../request-size.ts";
import { refuseUnpricedOptions } from "./refuse-unpriced-options.ts";
import { typedAnswer } from "./typed-answer.ts";

const stored = GenerateSpeechOutput.omit({ nexus: true, usage: true });

/** How large a request for speech is. */
export const measureSpeech = ({
  text,
  instructions = "",
  speed = 1,
}: Pick<GenerateSpeechInput, "text" | "instructions" | "speed">): RequestSize => {
  const textBytes = Buffer.byteLength(text);
  return {
    ...sizeOfInput(textBytes + Buffer.byteLength(instructions)),
    made: { kind: "speech", characters: text.length, textBytes, speed },
  };
};

/** `ai.generateSpeech` for the call path. */
export const generateSpeechRequest = (input: GenerateSpeechInput) => {
  refuseUnpricedOptions(input);
  return typedAnswer(
    {
      operation: ai.generateSpeech,
      input,
      needs: { tools: false, images: false, json: false },
      size: measureSpeech(input),
    },
    { ask: (vendor, io) => vendor.generateSpeech?.(input, io), stored },
  );
};
