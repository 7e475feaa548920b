import type { SharedV4ProviderOptions } from "@ai-sdk/provider";
import type { GenerateImageInput } from "../../../contracts/ai/generate-image.ts";

/** What of a request the SDK takes as options of OpenAI's. */
export const imageOptions = ({
  quality,
  background,
  outputFormat,
  providerOptions = {},
}: Pick<
  GenerateImageInput,
  "quality" | "background" | "outputFormat" | "providerOptions"
>): SharedV4ProviderOptions => ({
  openai: {
    ...providerOptions["openai"],
    ...(quality === undefined ? {} : { quality }),
    ...(background === undefined ? {} : { background }),
    ...(outputFormat === undefined ? {} : { outputFormat }),
  },
});
