import { z } from "zod";
import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import { defaultOutputLimit } from "../../_wire/default-output-limit.ts";
import { freeQuestion } from "../../_wire/free-question.ts";
import { isRecord } from "../../_wire/json.ts";
import { generateTextWith, streamTextWith, type LanguageModelVendor } from "../../_wire/language-model.ts";
import { vendorFailure } from "../../_wire/vendor-failure.ts";
import { bedrockBounds } from "./bedrock-bounds.ts";
import { bedrockDialect } from "./bedrock-dialect.ts";
import { bedrockErrors } from "./bedrock-errors.ts";
import { bedrockCatalogue, bedrockModels } from "./bedrock-models.ts";
import { embedBedrock } from "./embed-bedrock.ts";
import { fitBedrock } from "./fit-bedrock.ts";
import { signForBedrock } from "./sign-for-bedrock.ts";

/** https://docs.aws.amazon.com/general/latest/gr/bedrock.html */
const regions =
  "us-east-2 us-west-1 us-west-2 us-gov-east-1 us-gov-west-1 ca-central-1 sa-east-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-7 af-south-1 il-central-1 me-central-1 me-south-1 mx-central-1";
const endpointOf = (region: string): string => `https://bedrock-runtime.${region}.amazonaws.com`;

/** The adapter is loaded by the first call, for those who buy from AWS. It signs nothing here. */
const modelOf = async ({ model, baseUrl }: ProviderIo, fetch: typeof globalThis.fetch) => {
  const { createAmazonBedrock } = await import("@ai-sdk/amazon-bedrock");
  const unsigned: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers);
    headers.delete("authorization");
    return fetch(input, { ...init, headers });
  };
  return createAmazonBedrock({ apiKey: "signed-later", region: "us-east-1", baseURL: baseUrl, fetch: unsigned })(model);
};

const converse: LanguageModelVendor = {
  dialect: bedrockDialect,
  signatures: { amazonBedrock: ["signature", "redactedData", "redactedContent"] },
  paths: { answer: "/model/{model}/converse", stream: "/model/{model}/converse-stream" },
  fit: fitBedrock,
  model: modelOf,
  // What lies in S3 is read with the account's own permissions.
  urls: {},
};

/** Models of many makers, bought through AWS: text over Converse, vectors over InvokeModel. */
export const bedrock = defineProvider({
  id: "bedrock",
  name: "Amazon Bedrock",
  family: "ai",
  credential: z.strictObject({
    accessKeyId: z
      .string()
      .min(16)
      .max(128)
      .describe("Of a user or role that may do bedrock:InvokeModel and …WithResponseStream"),
    secretAccessKey: z.string().min(1).max(512),
    sessionToken: z
      .string()
      .max(4_096)
      .optional()
      .describe("Of a role's session, which ends by itself; empty for a user"),
  }),
  defaultBaseUrl: endpointOf("us-east-1"),
  // A credential names its region by one of the vendor's own addresses, which are all there is.
  addresses: regions.split(" ").map(endpointOf),
  customBaseUrl: false,
  docsUrl: "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html",
  // …/API_runtime_ListAsyncInvokes.html
  probe: freeQuestion({
    asks: "lists what runs in the background",
    path: "/async-invoke?maxResults=1",
    headers: () => ({}),
    sign: (credential) => (request) => signForBedrock(request, credential),
    isAnswer: ({ status, document }) =>
      status === 200 && isRecord(document) && Array.isArray(document["asyncInvokeSummaries"]),
    // The signature is checked first: whoever may not list these may still call models.
    isLimit: ({ status, headers }) =>
      status === 403 && /^AccessDeniedException\b/.test(headers["x-amzn-errortype"] ?? ""),
    failure: ({ status, headers, document, text }, secrets) =>
      vendorFailure({ status, headers, document: document ?? text }, secrets, bedrockErrors),
  }),
  models: bedrockModels,
  catalogue: bedrockCatalogue,
  ai: {
    generateText: generateTextWith(converse),
    streamText: streamTextWith(converse),
    embed: embedBedrock,
    native: {},
    onDisconnect: "drain",
    // …/userguide/service-tiers-inference.html: no other tier is asked for.
    tierRate: (_model, tier) => (tier === "default" ? { numerator: 1n, denominator: 1n } : undefined),
    bounds: bedrockBounds,
    defaultMaxOutputTokens: defaultOutputLimit([[/claude-(?!3)|gpt-|nova-2|deepseek/, 8_192]], 4_096),
  },
});
