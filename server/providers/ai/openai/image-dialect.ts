import type { Dialect } from "../../_wire/dialect.ts";
import { mostImageEventBytes } from "../../../contracts/image-stream.ts";
import { arrayAt, isRecord, recordAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import type { Reader } from "../../_wire/reader.ts";
import { refuseFields } from "../../_wire/refuse-fields.ts";
import { SseFramer } from "../../_wire/sse-framer.ts";
import { chatErrors } from "../_openai-chat/chat-errors.ts";
import { readImageUsage } from "./read-image-usage.ts";

const isImage = (item: unknown): boolean => (stringAt(item, "b64_json") ?? stringAt(item, "url") ?? "") !== "";

/** Reads answers of the image endpoints: a document with all images, or events of which the last ones have them. */
const imageReader = (choices: number): Reader => {
  let rawUsage: JsonRecord | undefined;
  let images = 0;
  let begun = false;
  let ended = false;
  return {
    read(document) {
      if (!isRecord(document)) return;
      rawUsage = recordAt(document, "usage") ?? rawUsage;
      const type = stringAt(document, "type") ?? "";
      const whole = /^image_(generation|edit)\.completed$/.test(type);
      images += arrayAt(document, "data").filter(isImage).length + (whole && isImage(document) ? 1 : 0);
      begun ||= images > 0 || type.endsWith(".partial_image");
      ended ||= images >= choices;
    },
    done() {
      ended = true;
    },
    begun: () => begun,
    reading(vendorRequestId) {
      const { units, whole, notes } =
        rawUsage === undefined ? { units: null, whole: false, notes: [] } : readImageUsage(rawUsage);
      return {
        units,
        final: ended && whole,
        ...(notes.length === 0 ? {} : { notes }),
        rawUsage,
        responseModel: undefined,
        vendorRequestId,
        deliveredBytes: 0,
        complete: images > 0 && ended,
      };
    },
  };
};

/** Drawings that a language model writes are billed beside the image, and animations by their frames. */
const stills = ["png", "jpeg", "webp"] as const;

/** POST /images/generations, and /images/edits, whose fields are those of a form. */
export const imageDialect: Dialect = {
  reader: imageReader,
  errors: chatErrors,
  enforceLimits(body, io) {
    refuseFields(body, { output_format: stills, svg: [], frame_count: [], complexity: [] });
    return { ...body, model: io.model, n: io.choices ?? 1 };
  },
};

/** The same as events: https://platform.openai.com/docs/api-reference/images-streaming. A stream is of one image. */
export const imageEvents = (name: "image_generation" | "image_edit"): Dialect => {
  const completed = `${name}.completed`;
  return {
    ...imageDialect,
    framer: () => new SseFramer(mostImageEventBytes),
    endsStream: (document) => stringAt(document, "type") === completed,
    asEvents(document) {
      const { created, data: _data, ...told } = document;
      const image = arrayAt(document, "data").find(isImage);
      return isRecord(image) ? [{ ...told, ...image, type: completed, created_at: created }] : [document];
    },
  };
};
