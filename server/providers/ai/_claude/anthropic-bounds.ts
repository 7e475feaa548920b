import type { MeasuredMedium } from "../../../contracts/media.ts";
import type { MediumTokens, VendorBounds } from "../../../contracts/vendor-bounds.ts";
import { anthropicSearchBound } from "./search-bound.ts";
import { squaresOf } from "../../_wire/image-tokens.ts";

// platform.claude.com/docs/en/build-with-claude/vision: width × height / 750, of an image scaled to 1,568 pixels or,
// by the newest models, to 2,576. Both also count squares of 28 pixels.
const imageTokensMax = 1_640;
const highResolutionTokensMax = 4_784;
const lowResolution = /^claude-(2|instant|3|v1|(opus|sonnet|haiku)-4-?([0-6]\b|20\d{6}|$))/;

// …/build-with-claude/pdf-support: 1,500 to 3,000 tokens of text a page, beside its picture; 600 pages at most.
const pageTextTokens = 3_000;
const pagesMax = 600;

const imageTokens = ({ pixels }: Pick<MeasuredMedium, "pixels">, model: string): number => {
  const most = lowResolution.test(model) ? imageTokensMax : highResolutionTokensMax;
  if (pixels === undefined) return most;
  return Math.min(Math.max(Math.ceil((pixels.width * pixels.height) / 750), squaresOf(pixels, 28)) + 4, most);
};

const medium = (of: MeasuredMedium, model: string): readonly MediumTokens[] | "refused" | undefined => {
  switch (of.kind) {
    case "image":
      return [{ unitClass: "input", tokens: imageTokens(of, model) }];
    case "document": {
      if (of.textBytes === undefined) return undefined;
      const pages = Math.min(of.pages ?? pagesMax, pagesMax);
      const text = Math.max(pages * pageTextTokens, of.textBytes);
      return [{ unitClass: "input", tokens: pages * imageTokens({}, model) + text }];
    }
    case "audio":
    case "video":
      return "refused";
    case "other":
      return undefined;
  }
};

// …/agents-and-tools/tool-use: what each tool's own page adds, and the prompt that comes with any tool at all.
const toolPromptTokens = 804;
const toolTokensOf: readonly (readonly [RegExp, number])[] = [
  [/^bash_/, 325],
  [/^text_editor_/, 700],
  [/^computer_/, 735 + 499],
  // Its page names no figure; as long as the longest of the others.
  [/^memory_/, 1_234],
];

/** What Anthropic's documentation says of the most a request can be metered at. */
export const anthropicBounds: VendorBounds = {
  medium,
  // Half of the models take a million with a header that callers may send.
  inputTokensMax: (model) => (/^claude-(2|instant|3|v1)/.test(model) ? 200_000 : 1_000_000),
  cachesUnasked: false,
  unaskedOutput: () => undefined,
  // …/extended-thinking: from 3.7 on, and what is shown of it is a summary.
  hidesOutput: (model) => !/^claude-(2|instant|v1|3-(5|opus|sonnet|haiku))/.test(model),
  fees: () => [],
  search: anthropicSearchBound,
  toolTokens: (types) =>
    types.length === 0
      ? 0
      : types.reduce(
          (sum, type) => sum + (toolTokensOf.find(([pattern]) => pattern.test(type))?.[1] ?? 0),
          toolPromptTokens,
        ),
};
