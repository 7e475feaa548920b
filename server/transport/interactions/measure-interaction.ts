import { isFileId } from "../../contracts/file-id.ts";
import { mediumKindOf } from "../../contracts/media-kind.ts";
import type { Medium } from "../../contracts/media.ts";
import type { RequestNeeds, RequestSize } from "../../families/ai/index.ts";
import { sizeOfSearch } from "../dialect/hosted-tools.ts";
import { invalidField } from "../dialect/translation-limits.ts";
import { InteractionContent, type InteractionRequest, type InteractionStep } from "./interaction-request.ts";
import { jsonFormatOf } from "./response-format.ts";
import { searchOfInteraction } from "./search-of-interaction.ts";

/** Steps that are text through and through, beside the contents in them. */
const textual: ReadonlySet<string> = new Set([
  "user_input",
  "model_output",
  "thought",
  "function_call",
  "function_result",
]);

const media = ["image", "audio", "video", "document"] as const;

/** Blocks within a result may be media, too; anything else in it is text. */
const blocksIn = (value: unknown): readonly InteractionContent[] =>
  Array.isArray(value)
    ? value.flatMap((one: unknown) => {
        const block = InteractionContent.safeParse(one);
        return block.success ? [block.data] : [];
      })
    : [];

const mediaOfBlock = (block: InteractionContent, field: string): readonly Medium[] => {
  if (block.type === "function_result") return mediaOfBlocks(blocksIn(block["result"]), `${field}.result`);
  if (block.type === "text") return [];
  const kind = media.find((one) => one === block.type);
  if (kind === undefined) return [{ kind: "other", field: `${field}.type`, data: undefined }];
  const { uri, data, mime_type: type } = block;
  if (typeof uri === "string") {
    if (typeof data === "string") throw invalidField(`${field}.uri`, "nothing beside data");
    return [{ kind, field: `${field}.uri`, data: undefined, ...(isFileId(uri) ? { fileId: uri } : {}) }];
  }
  if (typeof data !== "string") throw invalidField(`${field}.data`, "base64, or an address in uri");
  if (typeof type !== "string") throw invalidField(`${field}.mime_type`, "the media type of data");
  // What its bytes are counts as much as what it is called; text is metered by its bytes.
  const read = mediumKindOf(type, data);
  return kind === "document" && read === undefined ? [] : [{ kind: read ?? kind, field: `${field}.data`, data }];
};

const mediaOfBlocks = (blocks: readonly InteractionContent[], field: string): readonly Medium[] =>
  blocks.flatMap((block, at) => mediaOfBlock(block, `${field}.${at}`));

const mediaOf = (step: InteractionStep, field: string): readonly Medium[] => [
  ...(textual.has(step.type) ? [] : [{ kind: "other", field: `${field}.type`, data: undefined } as const]),
  ...mediaOfBlocks(step.content ?? [], `${field}.content`),
  ...mediaOfBlocks(step.summary ?? [], `${field}.summary`),
  ...mediaOfBlocks(blocksIn(step["result"]), `${field}.result`),
];

/** How large a request can get with everything that comes before it: its bytes bound its text, without the media in it. */
export const measureInteraction = (
  request: InteractionRequest,
  steps: readonly InteractionStep[],
  byteLength: number,
): { readonly size: RequestSize; readonly needs: RequestNeeds } => {
  const found = steps.flatMap((step, at) => mediaOf(step, `input.${at}`));
  const chars = found.reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
  const search = searchOfInteraction(request.tools ?? []);
  const tools = (request.tools ?? []).filter(({ type }) => type === "function");
  return {
    size: {
      textBytes: Math.max(byteLength - chars, 0),
      media: found,
      toolTypes: tools.map(({ type }) => type),
      maxOutputTokens: request.generation_config?.max_output_tokens ?? undefined,
      choices: 1,
      writesCache: false,
      ...sizeOfSearch(search),
    },
    needs: {
      tools: tools.length > 0,
      images: found.some(({ kind }) => kind === "image"),
      json: jsonFormatOf(request) !== undefined,
      search: search !== undefined,
    },
  };
};
