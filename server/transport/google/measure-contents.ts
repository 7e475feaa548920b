import { mediumKindOf } from "../../contracts/media-kind.ts";
import type { Medium } from "../../contracts/media.ts";
import type { RequestNeeds, RequestSize } from "../../families/ai/index.ts";
import type { GenerateContentAsked, GeminiContent } from "./generate-content-request.ts";

/** What a part can hold that is text through and through. */
const textual: ReadonlySet<string> = new Set([
  "text",
  "thought",
  "thoughtSignature",
  "partMetadata",
  "functionCall",
  "functionResponse",
  "executableCode",
  "codeExecutionResult",
  "videoMetadata",
  "mediaResolution",
]);

const mediaOf = (contents: readonly GeminiContent[], at: string): Medium[] =>
  contents.flatMap(({ parts }, index) =>
    parts.flatMap((part, place): Medium[] => {
      const field = `${at}.${index}.parts.${place}`;
      const other = Object.keys(part).find((name) => name !== "inlineData" && !textual.has(name));
      const nested = part.functionResponse?.["parts"];
      if (other !== undefined || (Array.isArray(nested) && nested.length > 0))
        return [{ kind: "other", field: `${field}.${other ?? "functionResponse.parts"}`, data: undefined }];
      if (!part.inlineData) return [];
      const { mimeType, data } = part.inlineData;
      const kind = mediumKindOf(mimeType, data);
      return kind === undefined ? [] : [{ kind, field: `${field}.inlineData`, data }];
    }),
  );

const charsOf = (media: readonly Medium[]): number => media.reduce((sum, { data }) => sum + (data?.length ?? 0), 0);

/** How large a request can get: the body's own bytes bound its text, without the inline media in it. */
export const measureContents = (
  { request }: GenerateContentAsked,
  byteLength: number,
): { readonly size: RequestSize; readonly needs: RequestNeeds } => {
  const { contents, systemInstruction, tools, generationConfig: config } = request;
  const media = [
    ...mediaOf(contents, "contents"),
    ...(systemInstruction ? mediaOf([systemInstruction], "systemInstruction") : []),
  ];
  const functions = (tools ?? []).flatMap(({ functionDeclarations }) => functionDeclarations ?? []);
  return {
    size: {
      textBytes: Math.max(byteLength - charsOf(media), 0),
      media,
      toolTypes: functions.map(() => "function"),
      maxOutputTokens: config?.maxOutputTokens ?? undefined,
      choices: config?.candidateCount ?? 1,
      writesCache: false,
    },
    needs: {
      tools: functions.length > 0,
      images: media.some(({ kind }) => kind === "image"),
      json: config?.responseMimeType === "application/json",
    },
  };
};
