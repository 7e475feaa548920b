import type { ObjectShape, Tagged } from "../shape.ts";

const part: Tagged = {
  tag: "type",
  of: {
    text: { fields: { text: "string" }, required: ["text"] },
    image_url: {
      fields: { image_url: { fields: { url: "string" }, required: ["url"], open: true } },
      required: ["image_url"],
    },
  },
};

/**
 * POST /moderations: https://platform.openai.com/docs/api-reference/moderations/create
 *
 * Unlike others of its endpoints it ignores fields that it does not know, as recorded by
 * https://github.com/cykod/ALLM (lib/allm/providers/openai/moderation.ex).
 */
export const moderationsShape: ObjectShape = {
  fields: { input: { either: ["string", { list: { either: ["string", part] } }] }, model: "string" },
  required: ["input"],
  open: true,
};
