import type { GenerateObjectOutput } from "../../contracts/ai/generate-object.ts";
import { NexusError } from "../../errors.ts";
import type { ObjectAttempt } from "../../families/ai/index.ts";
import type { Reply } from "../../gateway/reply.ts";
import { outputOf } from "./answer.ts";

const maxShownChars = 16_000;

/** What a model wrote, or the error that says what of it does not fit, what it was, and what it has cost. */
export const objectOutputOf = (reply: Reply<ObjectAttempt>): GenerateObjectOutput => {
  const { result, ...call } = reply;
  if (!("issues" in result)) return outputOf({ ...call, result });
  const { issues, text, finishReason } = result;
  const { operationId, vendor, model, costNanoUsd, usageSource } = reply.facts;
  throw new NexusError("OBJECT_INVALID", {
    effect: "done",
    operationId,
    issues,
    details: { vendor, model, costNanoUsd, usageSource, finishReason, text: text.slice(0, maxShownChars) },
  });
};
