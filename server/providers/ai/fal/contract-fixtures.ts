import {
  broke,
  down,
  echo,
  expectUnknownModel,
  limited,
  refusedKey,
  refusedRequest,
  type VendorFixtures,
} from "../../contract-fixtures.ts";

// Origin: fal.ai/docs/documentation/model-apis/errors, fal.ai/docs/inference-api/queue. Its images take several requests:
// `fal.test.ts` is their exam.
export const contractFixtures: VendorFixtures = {
  credential: { apiKey: "sk-canary-key-5f2d9c71aa03" },
  responseModel: undefined,
  errors: [
    { status: 401, body: { detail: "Authentication is required to access this application." }, expect: refusedKey },
    {
      status: 403,
      body: { detail: "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing." },
      expect: broke,
    },
    { status: 404, body: { detail: "Application 'flux-9' not found" }, expect: expectUnknownModel },
    {
      status: 422,
      body: { detail: [{ loc: ["body", "prompt"], msg: echo, type: "value_error", ctx: {}, input: echo }] },
      expect: refusedRequest,
    },
    {
      status: 429,
      body: { detail: "Too many requests" },
      headers: { "retry-after": "3" },
      expect: { ...limited, retryAfterMs: 3_000 },
    },
    // In no words of the vendor's own: whether anything was done, nobody knows.
    { status: 500, body: { detail: "Internal Server Error" }, expect: { ...down, kind: "unknown" } },
  ],
};
