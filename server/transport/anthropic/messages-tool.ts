import { z } from "zod";

/** Tools that the caller runs; those the vendor runs are billed by rules of their own. */
const runByCaller = /^(custom|bash_\d+|text_editor_\d+|computer_\d+|memory_\d+)$/;

/** A tool as Anthropic's dialect defines it. */
export const MessagesTool = z.looseObject({
  type: z.string().regex(runByCaller, "a tool that the caller runs: those the vendor runs are not priced").nullish(),
  name: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, "letters, digits, _ and -, at most 128"),
  description: z.string().max(32_768).nullish(),
  input_schema: z.record(z.string(), z.unknown()).nullish(),
});

/** A tool of a request, which may be a search of the web. */
export const RequestTool = MessagesTool.extend({
  type: z
    .string()
    .regex(
      /^(custom|bash_\d+|text_editor_\d+|computer_\d+|memory_\d+|web_search_\d{8})$/,
      "a tool that the caller runs, or web_search_20250305: others that the vendor runs are not priced",
    )
    .nullish(),
});
export type MessagesTool = z.infer<typeof MessagesTool>;
