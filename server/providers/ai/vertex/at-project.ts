import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import { serviceAccountOf } from "./service-account.ts";

/** Below the base URL, and above a maker's own paths: https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest */
const project = "/projects/{project}/locations/{location}/publishers/";

/** Above Gemini's own paths. */
export const modelsOfProject = `${project}google`;

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

/** The same call, whose paths are those of a maker's models, below the project and the location that pay. */
export const atPublisher = (publisher: "google" | "anthropic", io: ProviderIo): ProviderIo => ({
  ...io,
  send: (request) =>
    io.send({
      ...request,
      path: project + publisher + request.path,
      values: { ...request.values, ...vertexPlaceOf(io.credential, io.baseUrl) },
    }),
});

/** The same, of Google's own models. */
export const atProject = (io: ProviderIo): ProviderIo => atPublisher("google", io);
