import { stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import type { Frame } from "../vendor.ts";

interface DrawnImage {
  readonly name: "image_generation" | "image_edit";
  /** What all events say of the image. */
  readonly facts: JsonObject;
  /** Base64. */
  readonly previews: readonly string[];
  readonly image: JsonObject;
  readonly usage: JsonObject | undefined;
}

const frameOf = (kind: Frame["kind"], event: JsonObject): Frame => ({
  kind,
  bytes: `event: ${stringOf(event["type"])}\ndata: ${JSON.stringify(event)}\n\n`,
});

/** https://platform.openai.com/docs/api-reference/images-streaming: unfinished images, then the image with its usage. */
export const imageFrames = ({ name, facts, previews, image, usage }: DrawnImage): Frame[] => [
  ...previews.map((data, index) =>
    frameOf(index === 0 ? "open" : "delta", {
      type: `${name}.partial_image`,
      b64_json: data,
      partial_image_index: index,
      ...facts,
    }),
  ),
  frameOf("usage", { type: `${name}.completed`, ...image, ...facts, ...(usage === undefined ? {} : { usage }) }),
];
