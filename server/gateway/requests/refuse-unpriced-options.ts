import { NexusError } from "../../errors.ts";

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

export const refuseUnpricedOptions = ({ providerOptions = {} }: WithOptions): void => {
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
