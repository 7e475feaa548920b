import { createGoogle } from "@ai-sdk/google";
import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import { freeQuestion } from "../../_wire/free-question.ts";
import { isRecord } from "../../_wire/json.ts";
import { generateTextWith, streamTextWith, type LanguageModelVendor } from "../../_wire/language-model.ts";
import { nativeCount } from "../../_wire/native-count.ts";
import { nativeAnswer, nativeStream } from "../../_wire/native-pass.ts";
import { vendorFailure } from "../../_wire/vendor-failure.ts";
import { geminiOutputLimit, geminiPass, geminiText, googleTierRate } from "../_gemini/gemini-vendor.ts";
import { filmUrls } from "../_gemini/film-urls.ts";
import { googleCatalogue } from "../_gemini/google-catalogue.ts";
import { withReachableFiles } from "../_gemini/google-dialect.ts";
import { googleErrors } from "../_gemini/google-errors.ts";
import { atProject, modelsOfProject, vertexPlaceOf } from "./at-project.ts";
import { claudeOnVertex, isClaude } from "./claude-on-vertex.ts";
import { embedVertex } from "./embed-vertex.ts";
import { vertexCredential } from "./service-account.ts";
import { signForVertex } from "./sign-for-vertex.ts";
import { vertexBounds } from "./vertex-bounds.ts";

/** https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations */
const regions =
  "us-central1 us-east1 us-east4 us-east5 us-south1 us-west1 us-west4 northamerica-northeast1 southamerica-east1 africa-south1 europe-central2 europe-north1 europe-southwest1 europe-west1 europe-west2 europe-west3 europe-west4 europe-west6 europe-west8 europe-west9 asia-east1 asia-east2 asia-northeast1 asia-northeast3 asia-south1 asia-southeast1 australia-southeast1 me-central1 me-central2 me-west1";
const globalEndpoint = "https://aiplatform.googleapis.com/v1";
const endpointOf = (region: string): string => `https://${region}-aiplatform.googleapis.com/v1`;

const dialect = { ...geminiText.dialect, sign: signForVertex };

/** The adapter signs nothing: its key is taken out before it leaves. */
const gemini: LanguageModelVendor = {
  ...geminiText,
  dialect,
  urls: filmUrls,
  model({ model, baseUrl }, fetch) {
    const unsigned: typeof fetch = (input, init) => {
      const headers = new Headers(init?.headers);
      headers.delete("x-goog-api-key");
      return fetch(input, { ...init, headers });
    };
    return createGoogle({ apiKey: "signed-later", baseURL: baseUrl, fetch: unsigned }).chat(model);
  },
};
const roads = {
  generate: generateTextWith(gemini),
  stream: streamTextWith(gemini),
};

/** What lies in Cloud Storage is read with the account's own permissions: who has the account may name it. */
const owner: LanguageModelVendor = {
  ...gemini,
  urls: { ...filmUrls, "*/*": [/^gs:\/\//] },
};
const ownRoads = {
  generate: generateTextWith(owner),
  stream: streamTextWith(owner),
};
const roadsOf = ({ own }: Pick<ProviderIo, "own">) => (own === true ? ownRoads : roads);

const native = { ...geminiPass(() => ({})), dialect };
const passAnswer = nativeAnswer(native);
const passStream = nativeStream(native);
const count = nativeCount({
  ...native,
  errors: googleErrors,
  sign: signForVertex,
  counted: "totalTokens",
  body: ({ body }, io) => withReachableFiles(body, io),
});

const counted = "gemini-2.5-flash";

/** Gemini over generateContent, and Claude over messages, bought through Google Cloud with a service account. */
export const vertex = defineProvider({
  id: "vertex",
  name: "Google Vertex AI",
  family: "ai",
  credential: vertexCredential,
  unsent: ["serviceAccount"],
  defaultBaseUrl: globalEndpoint,
  // A credential names its location by one of the vendor's own addresses, which are all there is.
  addresses: regions.split(" ").map(endpointOf),
  customBaseUrl: false,
  docsUrl: "https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference",
  // https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/count-tokens: "There is no charge".
  probe: freeQuestion({
    asks: "counts the tokens of a word",
    method: "POST",
    path: `${modelsOfProject}/models/{model}:countTokens`,
    values: (credential, baseUrl) => ({ ...vertexPlaceOf(credential, baseUrl), model: counted }),
    headers: () => ({ "content-type": "application/json" }),
    body: JSON.stringify({ contents: [{ role: "user", parts: [{ text: "Hello" }] }] }),
    sign: (credential) => (request) => signForVertex(request, credential),
    isAnswer: ({ status, document }) =>
      status === 200 && isRecord(document) && typeof document["totalTokens"] === "number",
    // Whoever is known is told that a location has not this model.
    isLimit: ({ status, document }) => status === 404 && isRecord(document) && isRecord(document["error"]),
    failure: ({ status, headers, document, text }, secrets) =>
      vendorFailure({ status, headers, document: document ?? text }, secrets, googleErrors),
  }),
  // https://cloud.google.com/vertex-ai/generative-ai/docs/models
  models: {
    name: /^[a-z0-9._-]+(@[a-z0-9-]+)?$/,
    nameExpected: "a model of Vertex AI, such as gemini-2.5-flash or claude-sonnet-4-5@20250929",
    // …/docs/partner-models/claude
    called: ["claude-sonnet-4-5@20250929", "claude-sonnet-4@20250514"],
    retired: /^gemini-(1\.|pro$)|^gemma-|^claude-3-/,
    webSearch: { others: "Google Cloud's prices for searches are not known here; anthropic/ and google/ have theirs" },
    skills: [
      // Names by which the catalogue sorts its own list.
      [/^claude-\d/, []],
      [/^claude-/, ["text"]],
      // Other makers' models have wires of their own there.
      [/-maas$|^gemma|^learnlm/, []],
      // The newer ones have no :predict.
      [/^gemini-embedding-2/, []],
      [/^(gemini-embedding|text-embedding|text-multilingual-embedding)-/, ["embeddings"]],
      [/-(tts|live|native-audio|omni)(-|$)/, []],
      [/^gemini-(flash|pro)-1\.5/, []],
      [/^/, ["text"]],
    ],
  },
  catalogue: googleCatalogue,
  ai: {
    generateText: (input, io) =>
      isClaude(io.model) ? claudeOnVertex.generateText(input, io) : roadsOf(io).generate(input, atProject(io)),
    streamText: (input, io) =>
      isClaude(io.model) ? claudeOnVertex.streamText(input, io) : roadsOf(io).stream(input, atProject(io)),
    embed: embedVertex,
    native: {
      "anthropic.messages": claudeOnVertex.native,
      "google.generateContent": {
        serves: (model) => !isClaude(model),
        answer: (request, io) => passAnswer(request, atProject(io)),
        stream: (request, io) => passStream(request, atProject(io)),
        count: (request, io) => count(request, atProject(io)),
      },
    },
    onDisconnect: "drain",
    tierRate: googleTierRate,
    bounds: vertexBounds,
    defaultMaxOutputTokens: (model) => (isClaude(model) ? 8_192 : geminiOutputLimit(model)),
  },
});
