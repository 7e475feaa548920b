import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { ai } from "../../contracts/ai.ts";
import { DeleteFileInput } from "../../contracts/ai/files.ts";
import { dialectFailure, dialectSecurity, neededPermission } from "./dialect-operation.ts";

const file = z
  .looseObject({
    name: z.string().describe("`files/`, then its id"),
    displayName: z.string(),
    mimeType: z.string(),
    sizeBytes: z.string(),
    uri: z.string().describe("By which `fileData.fileUri` refers to it"),
    state: z.enum(["PROCESSING", "ACTIVE", "FAILED"]),
  })
  .meta({ id: "GeminiFile" });

const path = z.object({ id: z.string().meta({ example: `${"0".repeat(31)}1` }) });

interface FileOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly permission: string;
}

/** `/v1beta/files` and the beginning of an upload, as Google has them. */
export const googleFilePaths = (error: z.ZodType): ZodOpenApiPathsObject => {
  const operation = ({ operationId, summary, permission }: FileOperation, schema: z.ZodType) => ({
    operationId,
    summary,
    description: neededPermission(permission),
    tags: ["Google API"],
    security: dialectSecurity,
    responses: {
      200: { description: "The answer", content: { "application/json": { schema } } },
      "4XX": dialectFailure(error),
      "5XX": dialectFailure(error),
    },
  });
  const { uploadFile, listFiles, getFile, deleteFile } = ai;
  return {
    "/upload/v1beta/files": {
      post: {
        ...operation(
          {
            operationId: "startGeminiUpload",
            summary:
              "Begin a resumable upload to Google; free. The header `x-goog-upload-url` says where the pieces go",
            permission: uploadFile.permission,
          },
          z.looseObject({}),
        ),
        requestParams: {
          header: z.object({
            // Lists of one word, rather than constants: generators for Python take no constant as a header.
            "x-goog-upload-protocol": z.enum(["resumable"]),
            "x-goog-upload-command": z.enum(["start"]),
            "x-goog-upload-header-content-length": z.int().min(1).max(2_147_483_648),
            "x-goog-upload-header-content-type": z.string().optional(),
          }),
        },
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: z.object({ file: z.object({ displayName: z.string().optional() }).optional() }),
              example: { file: { displayName: "tour.mp4" } },
            },
          },
        },
      },
    },
    "/v1beta/files": {
      get: {
        ...operation(
          {
            operationId: "listGeminiFiles",
            summary: "List files, in Google's form",
            permission: listFiles.permission,
          },
          z.looseObject({ files: z.array(file), nextPageToken: z.string().optional() }),
        ),
        requestParams: {
          query: z.object({ pageSize: z.int().min(1).max(100).optional(), pageToken: z.string().optional() }),
        },
      },
    },
    "/v1beta/files/{id}": {
      get: {
        ...operation(
          {
            operationId: "getGeminiFile",
            summary: "Read what is known of a file, in Google's form",
            permission: getFile.permission,
          },
          file,
        ),
        requestParams: { path },
      },
      delete: {
        ...operation(
          {
            operationId: "deleteGeminiFile",
            summary: "Delete a file, in Google's form",
            permission: deleteFile.permission,
          },
          z.looseObject({}),
        ),
        requestParams: { path, query: DeleteFileInput.pick({ unreachable: true }) },
      },
    },
  };
};
