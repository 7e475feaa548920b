import type { ProviderIo } from "../../contracts/ai-vendor.ts";
import type { GeminiContent, GeminiPart } from "./generate-content-request.ts";
import { namedFileIn } from "./named-file.ts";

const partOf = (part: GeminiPart, files: ProviderIo["files"]): GeminiPart => {
  const { fileData } = part;
  const file = fileData ? files?.get(namedFileIn(fileData.fileUri) ?? "") : undefined;
  if (!fileData || file === undefined) return part;
  const { vendorFileId, mediaType: mimeType } = file;
  return {
    ...part,
    fileData: { ...fileData, mimeType, fileUri: `files/${vendorFileId}` },
  };
};

/** The same contents with the vendor's own names of the files that they refer to by ours. */
export const withGoogleFiles = (
  contents: readonly GeminiContent[],
  { files }: Pick<ProviderIo, "files">,
): GeminiContent[] =>
  contents.map((content) => ({
    ...content,
    parts: content.parts.map((part) => partOf(part, files)),
  }));
