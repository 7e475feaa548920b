import type { ModelRules } from "../../../contracts/ai-vendor.ts";

/** https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html, …/inference-profiles-support.html */
export const bedrockModels: ModelRules = {
  // An area that answers, who made it, the model and its revision.
  name: /^([a-z]{2,6}(-[a-z]{3,4})?\.)?[a-z0-9]+\.[a-z0-9.-]+(:\d[a-z0-9-]*)?$/,
  nameExpected:
    "a Bedrock model id or inference profile, such as amazon.nova-lite-v1:0 or us.anthropic.claude-sonnet-4-6",
  skills: [
    // Asked by InvokeModel, in a format of each maker's.
    [/embed|rerank|titan-image|nova-(canvas|reel)|stability\.|twelvelabs\./, []],
    // Speech goes over a stream in both directions.
    [/sonic|voxtral/, []],
    // Names by which the catalogue sorts its own list.
    [/^regional\./, []],
    // Converse has never answered for these.
    [/titan-text|cohere\.command-(text|light)|ai21\.j2/, []],
    [/^/, ["text"]],
  ],
};
