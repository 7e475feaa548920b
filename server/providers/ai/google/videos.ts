import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import type { StartVideoInput } from "../../../contracts/ai/videos.ts";
import type { AiVendorVideos, VendorVideo } from "../../../contracts/ai-vendor-videos.ts";
import type { VendorIo } from "../../../contracts/vendor-call.ts";
import { arrayAt, recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { fetchMadeFile } from "../../_wire/made-file.ts";
import { planOfLength } from "../_veo/plan-of-length.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { unreadableReply, vendorWire } from "../../_wire/vendor-wire.ts";
import { videoSecondsOf } from "../../_wire/video-seconds.ts";
import { googleErrors } from "../_gemini/google-errors.ts";

const headers = ({ credential }: Pick<VendorIo, "credential">) => ({ "x-goog-api-key": credential["apiKey"] ?? "" });

const wire = vendorWire({ headers, errors: googleErrors });

/** Where Google redirects to for a file. */
const fileHosts = /(^|\.)(googleapis|googleusercontent)\.com$/;

const operationName = /^models\/([a-z0-9._-]+)\/operations\/([A-Za-z0-9_-]{1,128})$/;
const fileAddress = /\/files\/([A-Za-z0-9_-]{1,128}):download(\?alt=media)?$/;

const whole = (io: ProviderIo): VendorIo => ({ ...io, connect: () => Promise.reject(new Error("Google speaks HTTP")) });

const cannotMake = (message: string) =>
  failure({ kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" }, { message });

const plan: AiVendorVideos["plan"] = (asked, model) => {
  const planned = planOfLength(asked, model);
  // https://ai.google.dev/gemini-api/docs/pricing#veo-3.1: of the small model 4K has no price
  return planned?.resolution === "4k" && model.includes("-lite-") ? undefined : planned;
};

/** https://ai.google.dev/gemini-api/docs/video#parameters */
const bodyOf = (input: StartVideoInput, model: string): JsonRecord => {
  const { prompt, image, negativePrompt, aspectRatio, seed } = input;
  const planned = plan({ seconds: input.durationSeconds, resolution: input.resolution }, model);
  if (planned === undefined) throw cannotMake(`${model} makes no video of that length and resolution.`);
  if (aspectRatio === "1:1") throw cannotMake("aspectRatio: this model makes 16:9 and 9:16, and no 1:1.");
  if (image !== undefined && planned.seconds !== 8)
    throw cannotMake("durationSeconds: a video that begins with an image has 8.");
  return {
    instances: [
      {
        prompt,
        ...(image === undefined ? {} : { image: { bytesBase64Encoded: image.data, mimeType: image.mediaType } }),
      },
    ],
    parameters: {
      sampleCount: 1,
      // Nothing that decides the price is left to the model.
      durationSeconds: planned.seconds,
      resolution: planned.resolution,
      ...(aspectRatio === undefined ? {} : { aspectRatio }),
      ...(negativePrompt === undefined ? {} : { negativePrompt }),
      ...(seed === undefined ? {} : { seed }),
    },
  };
};

const failed = (vendorVideoId: string, code: string, message: string): VendorVideo => ({
  vendorVideoId,
  status: "failed",
  fault: { code, message: message.slice(0, 500) },
  files: [],
});

/** What an operation that is done says: a file, an error, or that the safety filters took it out, which is not charged. */
const endOf = (name: string, document: JsonRecord, planned: Parameters<typeof videoSecondsOf>[0]): VendorVideo => {
  const error = recordAt(document, "error");
  if (error !== undefined) {
    const { code } = error;
    return failed(
      name,
      typeof code === "number" ? `code_${code}` : "error",
      stringAt(error, "message") ?? "It failed.",
    );
  }
  const made = recordAt(recordAt(document, "response"), "generateVideoResponse");
  const urls = arrayAt(made, "generatedSamples").flatMap((sample) => stringAt(recordAt(sample, "video"), "uri") ?? []);
  if (urls.length === 0) {
    const [reason] = arrayAt(made, "raiMediaFilteredReasons");
    return failed(name, "filtered", typeof reason === "string" ? reason : "The vendor made no video of it.");
  }
  return {
    vendorVideoId: name,
    status: "completed",
    files: urls.map((url) => ({ url, mediaType: "video/mp4" })),
    units: videoSecondsOf(planned),
  };
};

const namePartsOf = (name: string) => {
  const [, model, operation] = operationName.exec(name) ?? [];
  if (model === undefined || operation === undefined) throw unreadableReply();
  return { model, operation };
};

/** Veo over the Gemini API: https://ai.google.dev/gemini-api/docs/video. What was begun cannot be cancelled there. */
export const googleVideos: AiVendorVideos = {
  plan,
  start: async (input, io) => {
    const answer = await wire.ask(
      {
        method: "POST",
        path: "/models/{model}:predictLongRunning",
        values: { model: io.model },
        headers: { "content-type": "application/json" },
        body: JSON.stringify(bodyOf(input, io.model)),
      },
      whole(io),
    );
    const name = wordAt(answer, "name") ?? "";
    namePartsOf(name);
    return { vendorVideoId: name, status: "queued", files: [] };
  },
  get: async ({ vendorVideoId, plan: planned }, io) => {
    const document = await wire.ask(
      {
        method: "GET",
        path: "/models/{model}/operations/{operation}",
        values: namePartsOf(vendorVideoId),
        headers: {},
      },
      io,
    );
    if (document["done"] !== true) return { vendorVideoId, status: "in_progress", files: [] };
    return endOf(vendorVideoId, document, planned);
  },
  content: async ({ url, mediaType }, io) => {
    const file = fileAddress.exec(url)?.[1];
    if (file === undefined) throw unreadableReply();
    const response = await wire.send(
      {
        method: "GET",
        path: "/files/{file}:download?alt=media",
        values: { file },
        headers: {},
        tellsRedirect: true,
      },
      io,
    );
    if (wire.isGood(response)) return { contentType: mediaType, body: response.body };
    const { location } = response.headers;
    // Where the file is, the key has no business.
    if (response.status >= 300 && response.status < 400 && location !== undefined)
      return { contentType: mediaType, body: (await fetchMadeFile({ url: location, hosts: fileHosts }, io)).body };
    throw await wire.refusal(response, io);
  },
};
