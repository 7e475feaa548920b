import type {
  JSONObject,
  LanguageModelV4Citation,
  LanguageModelV4Content,
  LanguageModelV4File,
  LanguageModelV4FinishReason,
  LanguageModelV4Source,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
  SharedV4Warning,
} from "@ai-sdk/provider";
import type { GenerateTextOutput, NexusFacts } from "../types.ts";
import { presentFields } from "./present-fields.ts";

type Warning = GenerateTextOutput["warnings"][number];
type Citation = NonNullable<Extract<GenerateTextOutput["content"][number], { type: "text" }>["citations"]>[number];

const known = (count: number | null): number | undefined => count ?? undefined;

const less = (whole: number | null, part: number | null): number | undefined =>
  whole === null ? undefined : Math.max(0, whole - (part ?? 0));

/** Tokens as the AI SDK counts them; the metered units of each class as they came. */
export const toUsage = ({
  inputTokens,
  outputTokens,
  cachedInputTokens,
  reasoningTokens,
  units,
}: GenerateTextOutput["usage"]): LanguageModelV4Usage => {
  const written = Object.entries(units).filter(([unit]) => unit.startsWith("cacheWrite"));
  const cacheWrite = written.length === 0 ? undefined : written.reduce((sum, [, count]) => sum + count, 0);
  return {
    inputTokens: {
      total: known(inputTokens),
      noCache: less(inputTokens, (cachedInputTokens ?? 0) + (cacheWrite ?? 0)),
      cacheRead: known(cachedInputTokens),
      cacheWrite,
    },
    outputTokens: {
      total: known(outputTokens),
      text: less(outputTokens, reasoningTokens),
      reasoning: known(reasoningTokens),
    },
    raw: { ...units },
  };
};

/** What the call was and cost, where the AI SDK looks for what a provider says: `providerMetadata.nexus`. */
export const factsMetadata = (facts: NexusFacts): SharedV4ProviderMetadata => {
  const nexus: JSONObject = JSON.parse(JSON.stringify(facts));
  return { nexus };
};

/** Nexus does not hand on the vendor's own word for why it stopped. */
export const toFinishReason = (unified: GenerateTextOutput["finishReason"]): LanguageModelV4FinishReason => ({
  unified,
  raw: undefined,
});

export const warningOf = ({ type, setting, details }: Warning): SharedV4Warning =>
  setting === undefined
    ? { type: "other", message: details ?? type }
    : { type: "unsupported", feature: setting, ...presentFields({ details }) };

/** A source that has no address is none that the AI SDK could show. */
export const sourceOf = (source: {
  readonly id: string;
  readonly url?: string | undefined;
  readonly title?: string | undefined;
}): LanguageModelV4Source | undefined =>
  source.url === undefined
    ? undefined
    : {
        type: "source",
        sourceType: "url",
        id: source.id,
        url: source.url,
        ...presentFields({ title: source.title }),
      };

/** What a text rests on; of pages without an address there is nothing to show. */
export const shownCitations = ({
  citations = [],
}: {
  readonly citations?: readonly Citation[] | undefined;
}): { readonly citations?: LanguageModelV4Citation[] } => {
  const cited = citations.flatMap(({ url, title, citedText, startIndex, endIndex }) => {
    const source = sourceOf({ id: url ?? "", url, title });
    return source === undefined ? [] : [{ source, ...presentFields({ citedText, startIndex, endIndex }) }];
  });
  return cited.length === 0 ? {} : { citations: cited };
};

export const fileOf = ({
  mediaType,
  data,
}: {
  readonly mediaType: string;
  readonly data: string;
}): LanguageModelV4File => ({
  type: "file",
  mediaType,
  data: { type: "data", data },
});

type Metadata = { readonly providerMetadata?: SharedV4ProviderMetadata };

export const partMetadata = ({
  providerMetadata,
}: {
  readonly providerMetadata?: Record<string, Record<string, string>> | undefined;
}): Metadata => presentFields({ providerMetadata });

/** The parts of a whole answer. */
export const contentOf = (content: GenerateTextOutput["content"]): LanguageModelV4Content[] =>
  content.flatMap((part): LanguageModelV4Content[] => {
    switch (part.type) {
      case "text":
        return [{ type: part.type, text: part.text, ...shownCitations(part), ...partMetadata(part) }];
      case "reasoning":
        return [{ type: part.type, text: part.text, ...partMetadata(part) }];
      case "file":
        return [fileOf(part)];
      case "source": {
        const source = sourceOf(part);
        return source === undefined ? [] : [source];
      }
      case "tool-call":
        return [
          {
            type: "tool-call",
            toolCallId: part.toolCallId,
            toolName: part.toolName,
            input: part.input,
            ...partMetadata(part),
          },
        ];
    }
  });
