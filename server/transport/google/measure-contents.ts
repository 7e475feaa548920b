import { filmViewOf } from "../../contracts/film-view.ts";
import { mediumKindOf } from "../../contracts/media-kind.ts";
import type { Medium } from "../../contracts/media.ts";
import type { RequestNeeds, RequestSize } from "../../families/ai/index.ts";
import { sizeOfSearch } from "../dialect/hosted-tools.ts";
import { namedFileIn } from "./named-file.ts";
import {
  isFilm,
  searchOfContents,
  type GenerateContentAsked,
  type GeminiContent,
  type GeminiPart,
} from "./generate-content-request.ts";

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

const mediumOf = (
  { fileData, videoMetadata, mediaResolution }: GeminiPart,
  field: string,
  resolution: unknown,
): Medium | undefined => {
  if (!fileData) return undefined;
  // A part's own resolution counts before the request's; one that is not known here makes it no cheaper.
  const view = filmViewOf(videoMetadata ?? {}, mediaResolution === undefined ? resolution : undefined);
  const fileId = namedFileIn(fileData.fileUri);
  if (fileId !== undefined) return { kind: "document", field, data: undefined, fileId, view };
  const kind = isFilm(fileData) ? "video" : (mediumKindOf(fileData.mimeType ?? "") ?? "other");
  return { kind, field, data: undefined, view };
};

const mediaOf = (contents: readonly GeminiContent[], at: string, resolution?: unknown): Medium[] =>
  contents.flatMap(({ parts }, index) =>
    parts.flatMap((part, place): Medium[] => {
      const field = `${at}.${index}.parts.${place}`;
      const kept = mediumOf(part, `${field}.fileData`, resolution);
      const other = Object.keys(part).find(
        (name) => name !== "inlineData" && name !== "fileData" && !textual.has(name),
      );
      const nested = part.functionResponse?.["parts"];
      if (other !== undefined || (Array.isArray(nested) && nested.length > 0))
        return [
          {
            kind: "other",
            field: `${field}.${other ?? "functionResponse.parts"}`,
            data: undefined,
          },
        ];
      if (kept !== undefined) return [kept];
      if (!part.inlineData) return [];
      const { mimeType, data } = part.inlineData;
      const kind = mediumKindOf(mimeType, data);
      const view = filmViewOf(part.videoMetadata ?? {}, part["mediaResolution"] === undefined ? resolution : undefined);
      return kind === undefined ? [] : [{ kind, field: `${field}.inlineData`, data, view }];
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
    ...mediaOf(contents, "contents", config?.["mediaResolution"]),
    ...(systemInstruction ? mediaOf([systemInstruction], "systemInstruction") : []),
  ];
  const functions = (tools ?? []).flatMap(({ functionDeclarations }) => functionDeclarations ?? []);
  const search = searchOfContents(request);
  return {
    size: {
      textBytes: Math.max(byteLength - charsOf(media), 0),
      media,
      toolTypes: functions.map(() => "function"),
      maxOutputTokens: config?.maxOutputTokens ?? undefined,
      choices: config?.candidateCount ?? 1,
      writesCache: false,
      ...sizeOfSearch(search),
    },
    needs: {
      tools: functions.length > 0,
      images: media.some(({ kind }) => kind === "image"),
      json: config?.responseMimeType === "application/json",
      search: search !== undefined,
    },
  };
};
