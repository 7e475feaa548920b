import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import { arrayAt, isRecord, recordAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { filmUrls } from "./film-urls.ts";
import { refuseFields } from "../../_wire/refuse-fields.ts";

/** Names of the tools that Google runs. */
const toolNames = (body: JsonRecord): readonly string[] =>
  arrayAt(body, "tools").flatMap((tool) =>
    isRecord(tool)
      ? Object.keys(tool).filter((name) => name !== "functionDeclarations" && (tool[name] ?? null) !== null)
      : [],
  );

const byName = /^files\/[a-z0-9-]{1,40}$/;

/** The address that is sent for a file; throws for one of other holders of the key, or of the project behind it. */
const addressOf = (uri: string, { files, own, baseUrl }: Pick<ProviderIo, "files" | "own" | "baseUrl">): string => {
  const address = byName.test(uri) ? `${baseUrl}/${uri}` : uri;
  const isKept = [...(files?.values() ?? [])].some((file) => address === `${baseUrl}/files/${file.vendorFileId}`);
  const isOpen =
    filmUrls["video/*"].some((one) => one.test(uri)) && URL.parse(uri)?.origin !== URL.parse(baseUrl)?.origin;
  if (isKept || isOpen || (own === true && uri.startsWith("gs://"))) return address;
  throw failure(
    { kind: "not_sent", code: "CAPABILITY_MISSING", about: "route" },
    {
      message: uri.startsWith("gs://")
        ? "What lies in Cloud Storage is read with the credential's own permissions: only an organization's own key may name it."
        : "The vendor is handed files that were uploaded here, and public addresses of films, alone.",
    },
  );
};

const reachablePart = (part: unknown, io: Parameters<typeof addressOf>[1]): unknown => {
  if (!isRecord(part)) return part;
  const { fileData, functionResponse } = part;
  const uri = stringAt(fileData, "fileUri");
  // What a tool gave back may have files, too.
  const within = arrayAt(functionResponse, "parts");
  return {
    ...part,
    ...(isRecord(fileData) && uri !== undefined ? { fileData: { ...fileData, fileUri: addressOf(uri, io) } } : {}),
    ...(isRecord(functionResponse) && within.length > 0
      ? {
          functionResponse: {
            ...functionResponse,
            parts: within.map((one) => reachablePart(one, io)),
          },
        }
      : {}),
  };
};

/** A body whose files are all such as the request may reach, by their addresses. */
export const withReachableFiles = (body: JsonRecord, io: Parameters<typeof addressOf>[1]): JsonRecord => {
  const contents = arrayAt(body, "contents").map((content) =>
    isRecord(content)
      ? {
          ...content,
          parts: arrayAt(content, "parts").map((part) => reachablePart(part, io)),
        }
      : content,
  );
  return contents.length === 0 ? body : { ...body, contents };
};

/** As many candidates as were reserved, each with the output limit that was. */
export const enforceGoogleLimits = (body: JsonRecord, io: ProviderIo): JsonRecord => {
  refuseFields(body, { serviceTier: ["standard"], cachedContent: [] });
  const refused = toolNames(body).find((name) => !(name === "googleSearch" && io.searches !== undefined));
  if (refused !== undefined)
    throw failure(
      { kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" },
      { message: `The tool ${refused}, which the vendor runs, is not offered.` },
    );
  const { candidateCount: _count, ...config } = recordAt(body, "generationConfig") ?? {};
  const { choices = 1, maxOutputTokens } = io;
  const candidates = choices > 1 ? { candidateCount: choices } : {};
  return {
    ...withReachableFiles(body, io),
    generationConfig: { ...config, ...candidates, maxOutputTokens },
  };
};

/**
 * A long answer may ask to be continued by another request, which bills the prompt and all output again. One call is
 * one request here, so such an answer ends at its length.
 */
export const endContinuation = (document: JsonRecord): JsonRecord | undefined => {
  const candidates = arrayAt(document, "candidates");
  if (!candidates.some((candidate) => stringAt(candidate, "finishReason") === "CONTINUATION")) return undefined;
  return {
    ...document,
    candidates: candidates.map((candidate) => {
      if (!isRecord(candidate) || candidate.finishReason !== "CONTINUATION") return candidate;
      const { continuationToken: _token, ...rest } = candidate;
      return { ...rest, finishReason: "MAX_TOKENS" };
    }),
  };
};
