import { fitWithin, pixelsOf } from "../media/measure.ts";
import type { OpenaiModel } from "./models.ts";

/** Squares of that edge that cover an image of this size. */
const squares = (width: number, height: number, edge: number): number =>
  Math.ceil(width / edge) * Math.ceil(height / edge);

/** Tokens of an image that goes into another, whatever comes of it. */
export function seenImageTokens({ id }: OpenaiModel, data: string, fidelity: string): number {
  const image = pixelsOf(data);
  if (id.startsWith("gpt-image-1")) {
    // https://platform.openai.com/docs/guides/images-vision#gpt-image-1
    const { width, height } = fitWithin(image, 2_048);
    const scale = Math.min(1, 512 / Math.min(width, height));
    const kept = fidelity !== "high" ? 0 : image.width === image.height ? 4_160 : 6_240;
    return 65 + 129 * squares(width * scale, height * scale, 512) + kept;
  }
  // https://community.openai.com/t/openai-must-document-the-input-image-pricing-of-gpt-image-2/1382940
  const long = Math.max(image.width, image.height);
  const times = Math.min(2, Math.max(1, 1_024 / long));
  const [width, height] = [image.width, image.height].map((side) => Math.max(side, long / 3) * times) as [
    number,
    number,
  ];
  return Math.min(squares(width, height, 32), 1_536);
}
