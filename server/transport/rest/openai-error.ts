import { z } from "zod";

/** How OpenAI's API tells an error. */
export const openAiError = z
  .looseObject({
    error: z.looseObject({
      message: z.string(),
      type: z.string(),
      code: z.string().describe("The vendor's own where it has one that clients act on, otherwise Nexus's"),
      param: z.string().nullable(),
      effect: z.enum(["none", "done", "unknown"]),
      request_id: z.string(),
      docs: z.string(),
    }),
  })
  .meta({ id: "OpenAiError" });
