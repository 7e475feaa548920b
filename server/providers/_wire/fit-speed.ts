import type { GenerateSpeechOutput } from "../../contracts/ai/generate-speech.ts";

interface FittedSpeed {
  readonly speed: number | undefined;
  readonly warnings: GenerateSpeechOutput["warnings"];
}

/** The speed that was asked for, as far as the vendor goes. */
export const fitSpeed = (asked: number | undefined, slowest: number, fastest: number): FittedSpeed => {
  if (asked === undefined) return { speed: undefined, warnings: [] };
  const speed = Math.min(Math.max(asked, slowest), fastest);
  const details = `It became ${speed}: this vendor goes from ${slowest} to ${fastest}.`;
  return {
    speed,
    warnings: speed === asked ? [] : [{ type: "unsupported", setting: "speed", details }],
  };
};
