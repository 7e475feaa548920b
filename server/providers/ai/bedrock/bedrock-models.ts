import type { ModelRules } from "../../../contracts/ai-vendor.ts";
import type { PriceCatalogue } from "../../../contracts/price-catalogue.ts";

/** https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html, …/inference-profiles-support.html */
export const bedrockModels: ModelRules = {
  // An area that answers, who made it, the model and its revision.
  name: /^([a-z]{2,6}(-[a-z]{3,4})?\.)?[a-z0-9]+\.[a-z0-9.-]+(:\d[a-z0-9-]*)?$/,
  nameExpected:
    "a Bedrock model id or inference profile, such as amazon.nova-lite-v1:0 or us.anthropic.claude-sonnet-4-6",
  webSearch: { others: "Bedrock's Converse has none" },
  skills: [
    // Asked by InvokeModel, in a format of each maker's.
    [/titan-embed-(g1-)?text-|cohere\.embed-/, ["embeddings"]],
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

/** Amazon's own, which take one text at a time. */
export const isTitan = (model: string): boolean => model.includes("titan-embed-");

// aws.amazon.com/bedrock/pricing, as others quote it: the page itself shows its prices to browsers alone.
const source = "https://aws.amazon.com/bedrock/pricing/";
const embedding = (model: string, input_mtok: number) => ({ model, prices: { input_mtok }, source });

/** AWS in the catalogue, which has one of the models that embed, and takes its successor for it. */
export const bedrockCatalogue: PriceCatalogue = {
  id: "aws",
  listed: [
    embedding("amazon.titan-embed-text-v2:0", 0.02),
    embedding("cohere.embed-english-v3", 0.1),
    embedding("cohere.embed-multilingual-v3", 0.1),
    ...["", "us.", "eu.", "global."].map((area) => embedding(`${area}cohere.embed-v4:0`, 0.12)),
  ],
};
