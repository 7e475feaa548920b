import { isBase64, sniff } from "../media/sniff.ts";
import { listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";
import type { OpenaiModel } from "./models.ts";
import { given } from "./openai-rule.ts";
import type { OpenaiRule } from "./openai-rule.ts";
import { allVoices, refusedVoice } from "./rules-audio.ts";

const formats = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** A part of a message, and its place in both of OpenAI's spellings. */
interface Part {
  readonly part: JsonObject;
  readonly place: string;
  readonly dotted: string;
}

const partsOf = (body: JsonObject, list: "messages" | "input"): readonly Part[] =>
  listOf(body[list]).flatMap((message, index) =>
    listOf(objectOf(message)["content"]).map((part, at) => ({
      part: objectOf(part),
      place: `${list}[${index}].content[${at}]`,
      dotted: `${list}.[${index}].content.[${at}]`,
    })),
  );

// https://platform.openai.com/docs/guides/images-vision#image-input-requirements
export function refusedImage(url: string, param: string): Refusal | undefined {
  const [, type, data] = /^data:([^;,]*)(?:;base64)?,(.*)$/s.exec(url) ?? [];
  if (data === undefined) {
    return /^https?:\/\/[^/]/.test(url)
      ? undefined
      : invalid(
          `Invalid '${param}'. Expected a valid URL, but got a value with an invalid format.`,
          param,
          "invalid_value",
        );
  }
  if (data === "" || type === undefined || !type.startsWith("image/")) {
    const got = data === "" ? "empty base64-encoded bytes" : `unsupported MIME type '${type ?? ""}'`;
    return invalid(
      `Invalid '${param}'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got ${got}.`,
      param,
      "invalid_value",
    );
  }
  if (!isBase64(data)) {
    return invalid(
      `Invalid '${param}'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got a value without the 'data:' prefix or with invalid base64.`,
      param,
      "invalid_base64",
    );
  }
  return formats.includes(sniff(data) ?? "")
    ? undefined
    : invalid(
        "You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png', 'jpeg', 'gif', 'webp'].",
        null,
        "invalid_image_format",
      );
}

const unsupported = (kind: string, { dotted }: Part): Refusal =>
  invalid(`Invalid content type. ${kind} is only supported by certain models.`, `${dotted}.type`);

function refusedPart(one: Part, model: OpenaiModel): Refusal | undefined {
  const { part, place } = one;
  const type = stringOf(part["type"]);
  if (type === "image_url") {
    if (!model.images) return unsupported(type, one);
    return refusedImage(stringOf(objectOf(part["image_url"])["url"]), `${place}.image_url.url`);
  }
  if (type === "input_image" && typeof part["image_url"] === "string") {
    return model.images ? refusedImage(part["image_url"], `${place}.image_url`) : unsupported(type, one);
  }
  return type === "input_audio" && !model.audio ? unsupported(type, one) : undefined;
}

const parts =
  (list: "messages" | "input"): OpenaiRule =>
  ({ body, model }) => {
    for (const one of partsOf(body, list)) {
      const refusal = refusedPart(one, model);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  };

// https://platform.openai.com/docs/guides/audio: audio models are for audio
const someAudio: OpenaiRule = ({ body, model }) => {
  const hears = partsOf(body, "messages").some(({ part }) => part["type"] === "input_audio");
  const speaks = listOf(body["modalities"]).includes("audio");
  const before = listOf(body["messages"]).some((message) => given(objectOf(message)["audio"]));
  return model.audio && !hears && !speaks && !before && Number.isFinite(model.context)
    ? invalid(
        "This model requires that either input content or output modality contain audio.",
        "model",
        "invalid_value",
      )
    : undefined;
};

const spoken: OpenaiRule = ({ body, model }) => {
  const speaks = listOf(body["modalities"]).includes("audio");
  if (speaks && !model.audio) {
    return invalid("This model does not support audio output.", "modalities", "invalid_value");
  }
  if (!speaks) return undefined;
  if (!given(body["audio"]))
    return invalid("Missing required parameter: 'audio'.", "audio", "missing_required_parameter");
  const { voice, format } = objectOf(body["audio"]);
  // Its words as they are quoted in https://github.com/Agent-Field/agentfield/issues/584
  if (body["stream"] === true && format !== "pcm16") {
    return invalid(
      `Unsupported value: 'audio.format' does not support '${stringOf(format)}' when stream=true. Supported values are: 'pcm16'.`,
      "audio.format",
      "unsupported_value",
    );
  }
  return typeof voice === "string" ? refusedVoice(voice, allVoices, "audio.voice") : undefined;
};

/** What chat completions refuse about images and audio. */
export const chatMedia: readonly OpenaiRule[] = [parts("messages"), someAudio, spoken];

/** What responses refuse about images. */
export const responsesMedia: readonly OpenaiRule[] = [parts("input")];
