import { google } from "../google/vendor.ts";
import { claudeReply } from "./claude.ts";
import { isObject } from "../read-json.ts";
import type { Vendor, VendorReply, VendorRequest } from "../vendor.ts";
import { predictModels, predictReply } from "./predict.ts";
import { sandboxServiceAccount } from "./sandbox-service-account.ts";
import { tokenIssuerOf, refusedToken } from "./verify-token.ts";
import { vertexError } from "./vertex-error.ts";

// https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest
const route =
  /^\/projects\/([^/]+)\/locations\/([^/]+)\/publishers\/(google|anthropic)(\/models\/([^/:]+):([a-zA-Z]+))$/;

const verbsOf: Readonly<Record<string, RegExp>> = {
  google: /^(generateContent|streamGenerateContent|countTokens|predict)$/,
  anthropic: /^(rawPredict|streamRawPredict)$/,
};

const bearerIn = (authorization = ""): string | undefined => /^Bearer (.+)$/i.exec(authorization)?.[1];

const unauthenticated = (reason = "CREDENTIALS_MISSING"): VendorReply =>
  vertexError(
    401,
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    reason,
  );

/** Gemini's answers, in which Vertex names the kind of traffic: …/docs/model-reference/inference */
const asVertex = (reply: VendorReply): VendorReply => ({
  ...reply,
  frames: reply.frames.map(({ kind, bytes }) => ({
    kind,
    bytes: String(bytes).replaceAll('"usageMetadata":{', '"usageMetadata":{"trafficType":"ON_DEMAND",'),
  })),
});

const reply = (request: VendorRequest): VendorReply => {
  const { method, path, headers, nowMs } = request;
  const reason = refusedToken(bearerIn(headers.authorization) ?? "", nowMs);
  if (reason !== undefined) return unauthenticated(reason);
  const [, project = "", location = "", publisher = "", below = "", named = "", verb = ""] = route.exec(path) ?? [];
  const model = decodeURIComponent(named);
  if (method !== "POST" || verbsOf[publisher]?.test(verb) !== true) return vertexError(404, "Not Found");
  if (project !== sandboxServiceAccount.project_id)
    return vertexError(
      403,
      `Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/projects/${project}/locations/${location}/publishers/${publisher}/models/${model}' (or it may not exist).`,
      "IAM_PERMISSION_DENIED",
    );
  if (!isObject(request.body)) return vertexError(400, "Invalid JSON payload received.");
  const missing = vertexError(
    404,
    `Publisher Model \`projects/${project}/locations/${location}/publishers/${publisher}/models/${model}\` was not found or your project does not have access to it. Please ensure you are using a valid model version.`,
  );
  if (publisher === "anthropic") return claudeReply(request, model, verb) ?? missing;
  if (verb === "predict") return Object.hasOwn(predictModels, model) ? predictReply(request, model) : missing;
  const answered = google.reply({ ...request, path: below });
  return answered.status === 404 ? missing : asVertex(answered);
};

/** Gemini and Claude at Vertex AI, for a service account that signs its own tokens. */
export const vertexWire: Vendor = {
  mount: "/vertex/v1",
  credentialOf: ({ authorization }) => {
    const token = bearerIn(authorization);
    return token === undefined ? undefined : tokenIssuerOf(token);
  },
  acceptsKey: (key) => key === sandboxServiceAccount.client_email,
  identify: (path) => {
    const [, , , , , model = "", verb = ""] = route.exec(path) ?? [];
    return { model: decodeURIComponent(model), stream: verb.startsWith("stream") };
  },
  reply,
  refuseKey: () => unauthenticated("ACCESS_TOKEN_TYPE_UNSUPPORTED"),
  error: (status, message) => vertexError(status, message),
};
