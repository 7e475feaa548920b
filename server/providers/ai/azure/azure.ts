import { z } from "zod";
import { compatibleBounds } from "../_openai-chat/compatible-bounds.ts";
import { compatibleVendor } from "../_openai-chat/compatible-vendor.ts";
import { azureErrors } from "./azure-errors.ts";
import { deploymentsPattern } from "./deployment-of.ts";
import { enforceDeployment } from "./enforce-deployment.ts";
import { fitAzure } from "./fit-azure.ts";

/** Models that are deployed in an Azure resource of one's own, over the versionless API, which is OpenAI's. */
export const azure = compatibleVendor({
  id: "azure",
  name: "Azure OpenAI",
  defaultBaseUrl: "https://your-resource.openai.azure.com/openai/v1",
  // https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle
  addressForm: {
    pattern:
      /^https:\/\/[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\.(?:openai\.azure\.com|services\.ai\.azure\.com|cognitiveservices\.azure\.com)\/openai\/v1$/,
    expected: "the address of your resource, such as https://your-resource.openai.azure.com/openai/v1",
  },
  docsUrl: "https://learn.microsoft.com/azure/ai-foundry/openai/latest",
  credential: {
    deployments: z
      .string()
      .max(4_000)
      .regex(deploymentsPattern)
      .optional()
      .describe("Models whose deployments are called otherwise: gpt-4o=chat-prod, text-embedding-3-small=vectors"),
  },
  unsent: ["deployments"],
  // https://learn.microsoft.com/azure/ai-foundry/foundry-models/concepts/models-sold-directly-by-azure
  models: {
    name: /^[A-Za-z0-9._-]+$/,
    nameExpected: "the name of a model that is deployed, such as gpt-4o",
    webSearch: { others: "Azure's grounding with Bing is sold under terms of its own" },
    skills: [
      [/^text-embedding-/, ["embeddings"]],
      // Other operations, and models of the older completions.
      [/^(ada|babbage|curie|davinci|text-|whisper|tts-|dall-e|gpt-image|sora|computer-use|codex-)/, []],
      [/-(instruct|image|realtime|transcribe|tts|audio-preview)(-|$)|^gpt-(realtime|audio|transcribe)|moderation/, []],
      // A fine-tuned model has a deployment of its own; its family alone is none.
      [/^ft:[^:]*$|\.ft-/, []],
      // Answered by Responses alone.
      [/-(pro|codex|deep-research)(-|$)/, []],
      [/^/, ["text"]],
    ],
  },
  // Deployments of the global kind have their makers' prices; an operator prices those of a region.
  catalogue: { id: "azure", resells: true },
  selfHosted: false,
  bounds: compatibleBounds,
  errors: azureErrors,
  // What is thought is part of it.
  limit: "max_completion_tokens",
  // …/openai/reference: searches in data of one's own are billed by Azure AI Search.
  refuses: { data_sources: [] },
  reasoningPlace: "inside",
  outputLimits: [[/^(gpt-[5-9]|o\d)/, 16_384]],
  fit: fitAzure,
  enforce: enforceDeployment,
});
