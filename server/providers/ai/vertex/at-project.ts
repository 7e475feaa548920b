import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import { serviceAccountOf } from "./service-account.ts";

/** Below the base URL, and above Gemini's own paths: https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest */
export const modelsOfProject = "/projects/{project}/locations/{location}/publishers/google";

/** The location that an endpoint is of; whatever is no regional one is the global one. */
export const vertexLocationOf = (baseUrl: string): string =>
  /^https:\/\/([a-z0-9-]+)-aiplatform\.googleapis\.com/.exec(baseUrl)?.[1] ?? "global";

/** What stands in the addresses of a credential's project. */
export const vertexPlaceOf = (
  credential: Readonly<Record<string, string>>,
  baseUrl: string,
): Readonly<Record<"project" | "location", string>> => ({
  project: credential.project || (serviceAccountOf(credential.serviceAccount)?.project_id ?? ""),
  location: vertexLocationOf(baseUrl),
});

/** The same call, whose paths are below the project and the location that pay. */
export const atProject = (io: ProviderIo): ProviderIo => ({
  ...io,
  send: (request) =>
    io.send({
      ...request,
      path: modelsOfProject + request.path,
      values: { ...request.values, ...vertexPlaceOf(io.credential, io.baseUrl) },
    }),
});
