import type { Message } from "../../contracts/ai.ts";
import { NexusError } from "../../errors.ts";
import { filesOf } from "./files-of.ts";

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
  "labels",
  "logitBias",
  "logprobs",
  "mediaResolution",
  "metadata",
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
  "user",
]);

interface WithOptions {
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
}

/** Options of a part by which its file becomes more than its length says: 24 frames a second, not one. */
const multiplying = ["videoMetadata"];

const refuseMultiplying = (messages: readonly Message[]): void => {
  for (const [file, place] of filesOf(messages)) {
    for (const [vendor, options] of Object.entries(file.providerOptions ?? {})) {
      const name = multiplying.find((one) => options[one] !== undefined);
      if (name === undefined) continue;
      throw new NexusError("CAPABILITY_MISSING", {
        message: `${name} is not offered here: what it costs cannot be known beforehand.`,
        issues: [{ field: `${place}.providerOptions.${vendor}.${name}`, expected: "absent" }],
      });
    }
  }
};

interface WithMessages extends WithOptions {
  readonly messages?: readonly Message[] | undefined;
}

/** Refuses options, of a request or of a file in it, that would make the reservation wrong. */
export const refuseUnpricedOptions = ({ providerOptions = {}, messages = [] }: WithMessages): void => {
  refuseMultiplying(messages);
  for (const [vendor, options] of Object.entries(providerOptions)) {
    for (const name of Object.keys(options)) {
      if (harmless.has(name)) continue;
      throw new NexusError("CAPABILITY_MISSING", {
        message: `providerOptions.${vendor}.${name} is not offered here: what it costs cannot be known beforehand.`,
        issues: [{ field: `providerOptions.${vendor}.${name}`, expected: "absent" }],
      });
    }
  }
};
