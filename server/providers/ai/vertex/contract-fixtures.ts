import { generateKeyPairSync } from "node:crypto";
import { plantedKey, refusedKey, type DialectFixtures } from "../../contract-fixtures.ts";
import { geminiFixtures } from "../_gemini/gemini-fixtures.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const keyId = "5f2d9c71aa035f2d9c71aa03";
const headerOf = (document: object): string => Buffer.from(JSON.stringify(document)).toString("base64url");

// Origin: cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference, …/text-embeddings-api.
export const contractFixtures: DialectFixtures = {
  ...geminiFixtures,
  credential: {
    serviceAccount: JSON.stringify({
      type: "service_account",
      project_id: "acme-prod-1",
      private_key_id: keyId,
      private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
      client_email: "caller@acme-prod-1.iam.gserviceaccount.com",
      // A secret that must be in no error.
      client_id: plantedKey,
    }),
  },
  // A token that the account signed itself, by its header.
  shows: headerOf({ alg: "RS256", typ: "JWT", kid: keyId }),
  errors: [
    ...geminiFixtures.errors.filter(({ status, expect }) => status !== 400 || expect !== refusedKey),
    {
      status: 401,
      body: {
        error: {
          code: 401,
          message: "Request had invalid authentication credentials.",
          status: "UNAUTHENTICATED",
          details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "ACCESS_TOKEN_EXPIRED" }],
        },
      },
      expect: refusedKey,
    },
  ],
  embedding: {
    answer: {
      predictions: [
        { embeddings: { values: [0.5, -1], statistics: { token_count: 1, truncated: false } } },
        { embeddings: { values: [1, 2], statistics: { token_count: 2, truncated: false } } },
      ],
    },
    units: { input: 3 },
  },
};
