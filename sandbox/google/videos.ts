import type { ShelvedJob } from "../files/file-shelf.ts";
import { film } from "../media/film.ts";
import { finiteNumberOf, isObject, listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { findMisfit } from "../shape.ts";
import type { ObjectShape } from "../shape.ts";
import type { Units } from "../units.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply, VendorRequest } from "../vendor.ts";
import { googleError } from "./errors.ts";

// https://ai.google.dev/gemini-api/docs/models#veo-3.1
export const veoModels = [
  "veo-3.1-generate-preview",
  "veo-3.1-fast-generate-preview",
  "veo-3.1-lite-generate-preview",
] as const;

const image: ObjectShape = { fields: { bytesBase64Encoded: "string", mimeType: "string" } };

// https://ai.google.dev/gemini-api/docs/video#parameters
const shape: ObjectShape = {
  fields: {
    instances: { list: { fields: { prompt: "string", image, lastFrame: image }, required: ["prompt"] } },
    parameters: {
      fields: {
        sampleCount: "integer",
        aspectRatio: { words: ["16:9", "9:16"] },
        durationSeconds: "integer",
        resolution: { words: ["720p", "1080p", "4k"] },
        negativePrompt: "string",
        personGeneration: { words: ["allow_all", "allow_adult", "dont_allow"] },
        seed: "integer",
      },
    },
  },
  required: ["instances"],
};

const parametersOf = (body: JsonObject) => {
  const { durationSeconds, resolution, sampleCount } = objectOf(body["parameters"]);
  return {
    seconds: finiteNumberOf(durationSeconds) ?? 8,
    resolution: stringOf(resolution) || "720p",
    samples: finiteNumberOf(sampleCount) ?? 1,
  };
};

/** What is said of a request that is refused; ibid. */
function wrongIn(body: JsonObject, model: string): string | undefined {
  const { seconds, resolution, samples } = parametersOf(body);
  const [instance] = listOf(body["instances"]).map(objectOf);
  if (instance === undefined || stringOf(instance["prompt"]).trim() === "") return "Please provide a valid prompt.";
  if (samples !== 1) return "Only one video can be generated per request by this model.";
  if (![4, 6, 8].includes(seconds)) return `durationSeconds ${seconds} is not supported: use 4, 6 or 8.`;
  if (seconds !== 8 && (resolution !== "720p" || instance["image"] !== undefined))
    return "The duration must be 8 seconds with this resolution, or with an image.";
  return resolution === "4k" && model.includes("lite") ? "4k is not supported by this model." : undefined;
}

/** POST /models/{model}:predictLongRunning */
export function predictLongRunningReply(request: VendorRequest): VendorReply {
  const { body, bodyDigest: digest, model, files, nowMs } = request;
  if (!isObject(body)) return googleError(400, "Invalid JSON payload received.", digest);
  const misfit = findMisfit(shape, body);
  if (misfit !== undefined)
    return googleError(
      400,
      misfit.problem === "unknown"
        ? `Invalid JSON payload received. Unknown name "${misfit.path.at(-1)}" at '${misfit.path.slice(0, -1).join(".")}': Cannot find field.`
        : `Invalid value at '${misfit.path.join(".")}'.`,
      digest,
    );
  const wrong = wrongIn(body, model);
  if (wrong !== undefined) return googleError(400, wrong, digest);
  const id = `${digest.slice(0, 12)}${files.jobs.size + 1}`;
  const job: ShelvedJob = { id, model, body, createdMs: nowMs, state: "queued", collected: false };
  files.jobs.set(id, job);
  return jsonReply(200, {}, { name: `models/${model}/operations/${id}` });
}

const classes = { "720p": "videoSecond", "1080p": "videoSecond1080p", "4k": "videoSecond4k" } as const;

const unitsOf = (body: JsonObject): Units => {
  const { seconds, resolution } = parametersOf(body);
  return { [classes[resolution === "4k" || resolution === "1080p" ? resolution : "720p"]]: seconds };
};

const host = ({ headers }: VendorRequest): string => `http://${headers.host ?? "127.0.0.1"}`;

/** GET /models/{model}/operations/{id}: it goes on a step each time. A prompt that says so is taken out by the filters, and not billed. */
export function operationReply(request: VendorRequest, model: string, id: string): VendorReply {
  const { files, bodyDigest: digest } = request;
  const job = files.jobs.get(id);
  if (job === undefined || job.model !== model) return googleError(404, "Operation not found.", digest);
  const name = `models/${model}/operations/${id}`;
  if (job.state !== "completed") {
    job.state = job.state === "queued" ? "running" : "completed";
    return jsonReply(200, {}, { name });
  }
  const prompt = stringOf(objectOf(listOf(job.body["instances"])[0])["prompt"]);
  if (prompt.includes("[[filtered]]"))
    return jsonReply(
      200,
      {},
      {
        name,
        done: true,
        response: {
          generateVideoResponse: {
            raiMediaFilteredCount: 1,
            raiMediaFilteredReasons: ["The video was filtered out for its sound. You have not been charged."],
          },
        },
      },
    );
  files.publish(`${id}.mp4`, { mediaType: "video/mp4", bytes: film(parametersOf(job.body).seconds) });
  const first = !job.collected;
  job.collected = true;
  const units = unitsOf(job.body);
  const uri = `${host(request)}/google/v1beta/files/${id}:download?alt=media`;
  return jsonReply(
    200,
    {},
    { name, done: true, response: { generateVideoResponse: { generatedSamples: [{ video: { uri } }] } } },
    { units: first ? units : null, reported: units },
  );
}

/** GET /files/{id}:download: https://ai.google.dev/gemini-api/docs/video has its callers follow where it leads. */
export function downloadReply(request: VendorRequest, id: string): VendorReply {
  const job = request.files.jobs.get(id);
  if (job?.state !== "completed") return googleError(404, "File not found.", request.bodyDigest);
  return { ...jsonReply(302, { location: `${host(request)}/made/${id}.mp4` }, {}) };
}
