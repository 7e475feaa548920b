import { optional } from "../shape.ts";
import type { ObjectShape } from "../shape.ts";

/** POST /images/generations: https://platform.openai.com/docs/api-reference/images/create */
export const imagesShape: ObjectShape = {
  fields: {
    prompt: "string",
    model: optional("string"),
    background: optional({ words: ["transparent", "opaque", "auto"] }),
    moderation: optional({ words: ["low", "auto"] }),
    n: optional("integer"),
    output_compression: optional("integer"),
    output_format: optional({ words: ["png", "jpeg", "webp"] }),
    partial_images: optional("integer"),
    quality: optional({ words: ["low", "medium", "high", "auto"] }),
    safety_identifier: optional("string"),
    size: optional("string"),
    stream: optional("boolean"),
    user: optional("string"),
  },
  required: ["prompt"],
};

/** POST /images/edits, its form read: https://platform.openai.com/docs/api-reference/images/createEdit */
export const imageEditsShape: ObjectShape = {
  fields: {
    ...imagesShape.fields,
    image: { list: "object" },
    input_fidelity: optional({ words: ["high", "low"] }),
    mask: optional("object"),
  },
  required: ["image", "prompt"],
};
