import type { ContentPart } from "../../contracts/ai/generate-text.ts";
import type { Citation, Source } from "../../contracts/ai/web-search.ts";
import type { WireObject } from "../../domain/responses/index.ts";
import { citedPages } from "../dialect/cited-pages.ts";
import { carryThought } from "./carried-thought.ts";

/** Arguments as the model wrote them; what is no JSON object is shown as text under `_raw`. */
const argumentsOf = (text: string): unknown => {
  try {
    const parsed: unknown = JSON.parse(text === "" ? "{}" : text);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? parsed : { _raw: text };
  } catch {
    return { _raw: text };
  }
};

export const textBlock = (text: string): WireObject => ({ type: "text", text });

/** What a text rests on, as this API writes it: its places are counted in bytes. */
export const urlCitationsIn = (
  text: string,
  citations: readonly Citation[] | undefined,
  sources: readonly Source[],
): readonly WireObject[] => {
  const bytesTo = (end: number): number => Buffer.byteLength(text.slice(0, end));
  return citedPages(text.length, citations, sources).map(({ url, title, start_index: from, end_index: to }) => ({
    type: "url_citation",
    url,
    title,
    start_index: bytesTo(from),
    end_index: bytesTo(to),
  }));
};

const mediumTypes = ["image", "audio", "video"] as const;

/** A medium as this API writes it. */
export const mediumBlock = (mediaType: string, data: string): WireObject => ({
  type: mediumTypes.find((type) => mediaType.startsWith(`${type}/`)) ?? "document",
  mime_type: mediaType,
  data,
});

export const callStep = (id: string, name: string, input: string): WireObject => ({
  type: "function_call",
  id,
  name,
  arguments: argumentsOf(input),
});

/** A thought: what is shown of it, and what it is signed with; nothing where it says neither. */
export const thoughtStep = (summary: string, signature: string | undefined): readonly WireObject[] =>
  summary === "" && signature === undefined
    ? []
    : [
        {
          type: "thought",
          ...(signature === undefined ? {} : { signature }),
          ...(summary === "" ? {} : { summary: [textBlock(summary)] }),
        },
      ];

const citing = (text: string, annotations: readonly WireObject[]): WireObject => ({
  ...textBlock(text),
  ...(annotations.length === 0 ? {} : { annotations }),
});

const outputStep = (block: WireObject): WireObject => ({ type: "model_output", content: [block] });

/** The parts of a whole answer as steps. A signature travels in a thought of its own, beside what it belongs to. */
export const stepsOf = (content: readonly ContentPart[], showsThoughts: boolean): readonly WireObject[] => {
  const sources = content.filter((part) => part.type === "source");
  return content.flatMap((part): readonly WireObject[] => {
    switch (part.type) {
      case "text":
        return [
          ...(part.text === ""
            ? []
            : [outputStep(citing(part.text, urlCitationsIn(part.text, part.citations, sources)))]),
          ...thoughtStep("", carryThought(part.providerMetadata, { of: "text" })),
        ];
      case "reasoning":
        return thoughtStep(
          showsThoughts ? part.text : "",
          carryThought(part.providerMetadata, { of: "thought", text: part.text }),
        );
      case "tool-call":
        return [
          ...thoughtStep("", carryThought(part.providerMetadata, { of: "call", id: part.toolCallId })),
          callStep(part.toolCallId, part.toolName, part.input),
        ];
      case "file":
        return [outputStep(mediumBlock(part.mediaType, part.data))];
      case "source":
        return [];
    }
  });
};
