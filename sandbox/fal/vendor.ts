import { drawPng } from "../media/draw-png.ts";
import { film } from "../media/film.ts";
import type { ShelvedJob } from "../files/file-shelf.ts";
import { finiteNumberOf, isObject, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { findMisfit } from "../shape.ts";
import { usableUnits } from "../units.ts";
import { jsonReply } from "../vendor.ts";
import type { Vendor, VendorReply, VendorRequest } from "../vendor.ts";
import { falEmulated, outOfRange } from "./models.ts";
import type { FalModel } from "./models.ts";

// https://fal.ai/docs/documentation/model-apis/errors: a sentence, or what a validator lists
const refuse = (status: number, detail: unknown, digest: string): VendorReply =>
  jsonReply(status, { "x-fal-request-id": digest.slice(0, 20) }, { detail });

const invalid = (field: string, msg: string, digest: string): VendorReply =>
  refuse(422, [{ loc: ["body", field], msg, type: "value_error", input: {} }], digest);

const idOf = (digest: string, count: number): string =>
  `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${String(count).padStart(12, "0")}`;

const hostOf = ({ headers }: VendorRequest): string => `http://${headers.host ?? "127.0.0.1"}`;

const appOf = (model: string): string => model.split("/").slice(0, 2).join("/");

const addressesOf = (request: VendorRequest, { id, model }: ShelvedJob): JsonObject => {
  const at = `${hostOf(request)}/fal/${appOf(model)}/requests/${id}`;
  return { request_id: id, response_url: at, status_url: `${at}/status`, cancel_url: `${at}/cancel` };
};

/** https://fal.ai/docs/inference-api/queue/submit */
function submitReply(request: VendorRequest, model: FalModel): VendorReply {
  const { body, bodyDigest: digest, files, nowMs } = request;
  if (!isObject(body)) return invalid("", "Input should be a valid dictionary", digest);
  const misfit = findMisfit(model.shape, body);
  if (misfit !== undefined)
    return invalid(
      misfit.path.join("."),
      misfit.problem === "missing" ? "Field required" : `Input should be ${misfit.wanted.join(" or ")}`,
      digest,
    );
  const wrong = outOfRange(body);
  if (wrong !== undefined) return invalid(wrong.field, wrong.message, digest);
  const id = idOf(digest, files.jobs.size + 1);
  const job: ShelvedJob = { id, model: model.id, body, createdMs: nowMs, state: "queued", collected: false };
  files.jobs.set(id, job);
  return jsonReply(200, {}, { status: "IN_QUEUE", queue_position: 0, ...addressesOf(request, job) });
}

const colours = ["#336699", "#993333", "#339966", "#666633"];

/** https://fal.ai/models/fal-ai/flux-1/dev/llms.txt, the output schema */
function madeOf(request: VendorRequest, job: ShelvedJob, model: FalModel): JsonObject {
  if (model.seconds !== undefined) {
    const bytes = film(model.seconds(job.body));
    request.files.publish(`${job.id}.mp4`, { mediaType: "video/mp4", bytes });
    return {
      video: { url: `${hostOf(request)}/made/${job.id}.mp4`, content_type: "video/mp4", file_size: bytes.length },
    };
  }
  const images = model.images(job.body).map((pixels, index) => {
    const name = `${job.id}-${index}.png`;
    const bytes = drawPng(pixels, colours[index % colours.length] ?? "#336699");
    request.files.publish(name, { mediaType: "image/png", bytes });
    return { url: `${hostOf(request)}/made/${name}`, ...pixels, content_type: "image/png", file_size: bytes.length };
  });
  return { images, seed: 7, has_nsfw_concepts: images.map(() => false), prompt: stringOf(job.body["prompt"]) };
}

/** https://fal.ai/docs/inference-api/queue/result */
function resultReply(request: VendorRequest, job: ShelvedJob): VendorReply {
  const { bodyDigest: digest } = request;
  const model = falEmulated.find(({ id }) => id === job.model);
  if (job.state === "cancelled") return refuse(400, "Request was cancelled", digest);
  if (job.state !== "completed" || model === undefined) return refuse(400, "Request is still in progress", digest);
  const units = model.units(job.body);
  const told = request.telling.edit({ billable_units: model.billable(job.body) });
  const billable = finiteNumberOf(told?.["billable_units"]);
  const [unitClass = "image"] = Object.keys(units);
  const reported = billable !== undefined ? usableUnits({ [unitClass]: Math.ceil(billable) }) : null;
  const first = !job.collected;
  job.collected = true;
  return jsonReply(
    200,
    {
      "x-fal-request-id": job.id,
      // https://docs.fal.ai/documentation/serverless/publishing-to-marketplace#define-billable-units
      ...(billable === undefined ? {} : { "x-fal-billable-units": String(billable) }),
    },
    madeOf(request, job, model),
    { units: first ? units : null, reported },
  );
}

/** https://fal.ai/docs/inference-api/queue/status: it goes on a step each time it is asked after; one whose prompt says so lasts. */
function statusReply(request: VendorRequest, job: ShelvedJob): VendorReply {
  const told = addressesOf(request, job);
  if (job.state === "completed" || job.state === "cancelled")
    return jsonReply(200, {}, { status: "COMPLETED", ...told, metrics: { inference_time: 0.4 } });
  const status = job.state === "queued" ? "IN_QUEUE" : "IN_PROGRESS";
  const lasts = stringOf(job.body["prompt"]).includes("[[lasts]]");
  job.state = job.state === "queued" || lasts ? "running" : "completed";
  return jsonReply(202, {}, { status, ...(status === "IN_QUEUE" ? { queue_position: 0 } : {}), ...told });
}

/** https://fal.ai/docs/inference-api/queue/cancel */
function cancelReply(job: ShelvedJob): VendorReply {
  if (job.state === "completed" || job.state === "cancelled")
    return jsonReply(400, {}, { status: "ALREADY_COMPLETED" });
  job.state = "cancelled";
  return jsonReply(202, {}, { status: "CANCELLATION_REQUESTED" });
}

const kept = /^\/([\w-]+\/[\w.-]+)\/requests\/([\w-]{1,64})(\/status|\/cancel)?$/;

/** fal's queue. */
export const falWire: Vendor = {
  mount: "/fal",
  credentialOf: ({ authorization = "" }) => /^Key (.+)$/i.exec(authorization)?.[1],
  acceptsKey: (key) => key !== undefined && /^[\w:-]{8,}$/.test(key),
  identify: (path) => ({ model: (kept.exec(path)?.[1] ?? path.slice(1)).replace(/\/$/, ""), stream: false }),
  reply(request) {
    const { method, path, bodyDigest: digest, files } = request;
    const [, app, id = "", rest = ""] = kept.exec(path) ?? [];
    if (app !== undefined) {
      const job = files.jobs.get(id);
      if (job === undefined || appOf(job.model) !== app) return refuse(404, "Request not found", digest);
      if (method === "PUT" && rest === "/cancel") return cancelReply(job);
      if (method === "GET" && rest === "/status") return statusReply(request, job);
      if (method === "GET" && rest === "") return resultReply(request, job);
      return refuse(405, "Method Not Allowed", digest);
    }
    const model = falEmulated.find((one) => one.id === request.model);
    if (model === undefined) return refuse(404, `Application '${request.model.split("/")[1] ?? ""}' not found`, digest);
    return method === "POST" ? submitReply(request, model) : refuse(405, "Method Not Allowed", digest);
  },
  refuseKey: (_key, digest) => refuse(401, "Authentication is required to access this application.", digest),
  error: (status, message, digest) => refuse(status, message, digest),
};
