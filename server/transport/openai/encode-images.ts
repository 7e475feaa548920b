import type { GenerateImageOutput } from "../../contracts/ai/generate-image.ts";
import type { Answered } from "../../contracts/vendor-call.ts";
import { imageUsage } from "./encode-usage.ts";

/** Images as OpenAI's list of them. */
export const encodeImages = (
  { result, units }: Answered<Pick<GenerateImageOutput, "images">>,
  createdMs: number,
): Uint8Array =>
  Buffer.from(
    JSON.stringify({
      created: Math.floor(createdMs / 1_000),
      data: result.images.map(({ data }) => ({ b64_json: data })),
      ...(units === null ? {} : { usage: imageUsage(units) }),
    }),
  );
