import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { ai } from "../../contracts/ai.ts";
import { DeleteFileInput } from "../../contracts/ai/files.ts";
import { FileId } from "../../contracts/ai/parts.ts";
import { dialectFailure, dialectSecurity, neededPermission } from "./dialect-operation.ts";

const file = z
  .looseObject({
    id: z.string().describe("By which calls refer to it"),
    object: z.literal("file"),
    bytes: z.int(),
    created_at: z.int(),
    filename: z.string(),
    purpose: z.string(),
  })
  .meta({ id: "UploadedFile" });

const files = z
  .looseObject({ object: z.literal("list"), data: z.array(file), has_more: z.boolean() })
  .meta({ id: "FileList" });

const gone = z
  .looseObject({ id: z.string(), object: z.literal("file"), deleted: z.literal(true) })
  .meta({ id: "DeletedFile" });

const form = z.object({
  file: z.string().meta({ format: "binary" }).describe("Up to 2 GB, by what the vendor takes"),
  provider: z.string().max(64).optional().describe("The vendor that is to keep it; openai where absent"),
  purpose: z.string().describe("What it is for, such as user_data"),
  "expires_after[anchor]": z.literal("created_at").optional(),
  "expires_after[seconds]": z.int().min(3_600).max(2_592_000).optional(),
});

const path = z.object({ id: FileId.meta({ example: `file_${"0".repeat(31)}1` }) });

interface FileOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly permission: string;
}

/** `/v1/files`, as OpenAI has them; with the header `anthropic-version` in Anthropic's form. */
export const filePaths = (error: z.ZodType): ZodOpenApiPathsObject => {
  const operation = (
    { operationId, summary, permission }: FileOperation,
    content: z.ZodType,
    type = "application/json",
  ) => ({
    operationId,
    summary,
    description: `${neededPermission(permission)} With the header \`anthropic-version\` in Anthropic's form, of files that Anthropic keeps.`,
    tags: ["OpenAI API"],
    security: dialectSecurity,
    responses: {
      200: { description: "The answer", content: { [type]: { schema: content } } },
      "4XX": dialectFailure(error),
      "5XX": dialectFailure(error),
    },
  });
  const { uploadFile, listFiles, getFile, deleteFile, fileContent } = ai;
  return {
    "/v1/files": {
      get: {
        ...operation({ operationId: "listFiles", summary: "List files", permission: listFiles.permission }, files),
        requestParams: {
          query: z.object({
            purpose: z.string().optional(),
            after: FileId.optional(),
            order: z.enum(["asc", "desc"]).optional(),
            limit: z.int().min(1).max(10_000).optional().describe("A page has at most 1,000"),
          }),
        },
      },
      post: {
        ...operation(
          { operationId: "createFile", summary: "Upload a file; free", permission: uploadFile.permission },
          file,
        ),
        requestBody: {
          required: true,
          content: { "multipart/form-data": { schema: form, example: { file: "contract.pdf", purpose: "user_data" } } },
        },
      },
    },
    "/v1/files/{id}": {
      get: {
        ...operation(
          { operationId: "retrieveFile", summary: "Read what is known of a file", permission: getFile.permission },
          file,
        ),
        requestParams: { path },
      },
      delete: {
        ...operation({ operationId: "deleteFile", summary: "Delete a file", permission: deleteFile.permission }, gone),
        requestParams: { path, query: DeleteFileInput.pick({ unreachable: true }) },
      },
    },
    "/v1/files/{id}/content": {
      get: {
        ...operation(
          { operationId: "downloadFile", summary: "Read the contents of a file", permission: fileContent.permission },
          z.string(),
          "application/octet-stream",
        ),
        requestParams: { path },
      },
    },
  };
};
