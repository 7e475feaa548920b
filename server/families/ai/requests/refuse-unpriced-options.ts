import type { Message } from "../../../contracts/ai/message.ts";
import { NexusError } from "../../../errors.ts";

/**
 * Vendor options that change neither the price of a unit, nor the model, nor how much can be used. Everything else
 * (service tiers, fast modes, vendors' own fallbacks, containers, remote tools, thinking budgets on top of the output
 * limit) would make the reservation wrong, and is refused.
 */
const harmless: ReadonlySet<string> = new Set([
  "cacheControl",
  "dimensions",
  "disableParallelToolUse",
  "effort",
  "inputType",
  "labels",
  "logitBias",
  "logprobs",
  "mediaResolution",
  "metadata",
  "moderation",
  "outputCompression",
  "outputDimensionality",
  "parallelToolCalls",
  "promptCacheKey",
  "promptCacheRetention",
  "reasoningEffort",
  "safetyIdentifier",
  "safetySettings",
  "sendReasoning",
  "strictJsonSchema",
  "structuredOutputMode",
  "structuredOutputs",
  "systemMessageMode",
  "taskType",
  "textVerbosity",
  "thinkingConfig",
  "toolStreaming",
  "truncate",
  "user",
]);

/** Options of one message or part. Some vendors' adapters write them into the part as they are. */
const harmlessWithin: ReadonlySet<string> = new Set([
  "cacheControl",
  "cache_control",
  "citations",
  "context",
  "imageDetail",
  "itemId",
  "reasoningEncryptedContent",
  "redactedData",
  "signature",
  "thought",
  "thoughtSignature",
  "title",
]);

/** Of a user's film, where the adapter sends it on: what it makes of the cost is reckoned with. */
const reckoned: ReadonlySet<string> = new Set(["google.videoMetadata"]);
const noneReckoned: ReadonlySet<string> = new Set();

interface WithOptions {
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
}

const refuseIn = (
  { providerOptions = {} }: WithOptions,
  allowed: ReadonlySet<string>,
  at: string,
  ofOne: ReadonlySet<string> = noneReckoned,
): void => {
  for (const [vendor, options] of Object.entries(providerOptions)) {
    for (const name of Object.keys(options)) {
      if (allowed.has(name) || ofOne.has(`${vendor}.${name}`)) continue;
      const field = `${at}providerOptions.${vendor}.${name}`;
      throw new NexusError("CAPABILITY_MISSING", {
        message: `${field} is not offered here: what it costs cannot be known beforehand.`,
        issues: [{ field, expected: "absent" }],
      });
    }
  }
};

/** Looks at the request's options, and at those of its messages and of their parts. */
export const refuseUnpricedOptions = (
  input: WithOptions & { readonly messages?: readonly Message[] | undefined },
): void => {
  refuseIn(input, harmless, "");
  for (const [index, message] of (input.messages ?? []).entries()) {
    refuseIn(message, harmlessWithin, `messages.${index}.`);
    if (typeof message.content === "string") continue;
    for (const [place, part] of message.content.entries()) {
      const at = `messages.${index}.content.${place}.`;
      const isShown = message.role === "user" && part.type === "file";
      refuseIn(part, harmlessWithin, at, isShown ? reckoned : noneReckoned);
      if (part.type !== "tool-result" || part.output.type !== "content") continue;
      for (const [inner, value] of part.output.value.entries())
        refuseIn(value, harmlessWithin, `${at}output.value.${inner}.`);
    }
  }
};
