import type { GenerateImageInput, GenerateImageOutput } from "../../contracts/ai/generate-image.ts";
import type { Answered } from "../../contracts/vendor-call.ts";
import { imageUsage } from "./encode-usage.ts";

type MadeImages = Answered<Pick<GenerateImageOutput, "images">>;

const seconds = (createdMs: number): number => Math.floor(createdMs / 1_000);
const told = ({ units }: MadeImages) => (units === null ? {} : { usage: imageUsage(units) });

/** Images as OpenAI's list of them. */
export const encodeImages = (made: MadeImages, createdMs: number): Uint8Array =>
  Buffer.from(
    JSON.stringify({
      created: seconds(createdMs),
      data: made.result.images.map(({ data }) => ({ b64_json: data })),
      ...told(made),
    }),
  );

/** One image as the event that ends OpenAI's stream of it. */
export const encodeCompletedImage = (
  type: string,
  made: MadeImages,
  { size = "auto", quality = "auto", background = "auto" }: GenerateImageInput,
  createdMs: number,
): Uint8Array => {
  const [image] = made.result.images;
  const event = {
    type,
    created_at: seconds(createdMs),
    size,
    quality,
    background,
    output_format: image?.mediaType.replace("image/", ""),
    b64_json: image?.data,
    ...told(made),
  };
  return Buffer.from(`event: ${type}\ndata: ${JSON.stringify(event)}\n\n`);
};
