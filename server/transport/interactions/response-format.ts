import { NexusError } from "../../errors.ts";
import { invalidField, notTranslatable } from "../dialect/translation-limits.ts";
import type { InteractionRequest } from "./interaction-request.ts";

/** An answer in JSON, which may have to follow a schema. */
export interface JsonFormat {
  readonly schema: Readonly<Record<string, unknown>> | undefined;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const made: ReadonlySet<unknown> = new Set(["image", "audio", "video"]);

const formatsOf = ({ response_format: format }: Pick<InteractionRequest, "response_format">) =>
  format === undefined || format === null ? [] : Array.isArray(format) ? format : [format];

/** Refuses what would be made beside text: what it costs is reserved by the operations that make it. */
export const requireText = (request: Pick<InteractionRequest, "response_format" | "response_modalities">): void => {
  const at = formatsOf(request).findIndex(({ type }) => made.has(type));
  if (at >= 0)
    throw new NexusError("CAPABILITY_MISSING", {
      message: `response_format is not offered here for images, sound and videos: what they cost cannot be known beforehand. Ask for them by their own operations.`,
      issues: [
        {
          field: Array.isArray(request.response_format) ? `response_format.${at}.type` : "response_format.type",
          expected: "text",
        },
      ],
    });
};

/** Refuses an image among the words where no vendor's own road leads to it. */
export const requireWords = ({
  response_modalities: modalities,
}: Pick<InteractionRequest, "response_modalities">): void => {
  if (modalities?.includes("image")) throw notTranslatable("An image among the answer");
};

/** The JSON that is asked for: by a format of text, or, as older clients do, by a bare schema. */
export const jsonFormatOf = (
  request: Pick<InteractionRequest, "response_format" | "response_mime_type">,
): JsonFormat | undefined => {
  const { response_mime_type: type } = request;
  const asked = formatsOf(request).filter((format) => Object.keys(format).length > 0);
  const [format, ...others] = asked;
  if (others.length > 0) throw invalidField("response_format", "one format of text");
  if (format === undefined) return type === "application/json" ? { schema: undefined } : undefined;
  if (format["type"] !== "text") return { schema: format };
  const { mime_type: mime = type ?? "text/plain", schema } = format;
  if (mime === "text/plain") return undefined;
  if (mime !== "application/json") throw invalidField("response_format.mime_type", "text/plain or application/json");
  return { schema: isRecord(schema) ? schema : undefined };
};
