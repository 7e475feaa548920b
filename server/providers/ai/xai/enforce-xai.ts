import type { Dialect } from "../../_wire/dialect.ts";
import { functionsAlone } from "../_openai-chat/functions-alone.ts";
import { plainTurns } from "../_openai-chat/plain-turns.ts";

/** Makes every chat one that xAI takes and bills as it was reserved. */
export const enforceXai = (dialect: Dialect): Dialect => ({
  ...dialect,
  enforceLimits(body, io) {
    // docs.x.ai/developers/models: searches, code and collections that its own tools use have fees.
    functionsAlone(body);
    return dialect.enforceLimits({ ...body, messages: plainTurns(body) }, io);
  },
});
