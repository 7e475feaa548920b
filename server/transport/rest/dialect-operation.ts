import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { ai } from "../../contracts/ai.ts";
import { MeteredRequestHeaders, MeteredResponseHeaders } from "../trpc/metered-headers.ts";

/** Refusals of a dialect, of whatever status. */
export const dialectFailure = (schema: z.ZodType) => ({
  description: "An error, in the dialect's own form; its status and code are those of the other APIs",
  content: { "application/json": { schema } },
});

/** Who may call. */
export const dialectSecurity: Record<string, string[]>[] = [{ bearer: [] }, { apiKey: [] }, { serviceToken: [] }];
export const neededPermission = (name: string): string => `Needs the permission \`${name}\`.`;

/** Of what is no JSON: text, or a file as it is. */
const contentOf = (type: string): z.ZodType =>
  type.startsWith("text/") || type === "application/x-subrip" ? z.string() : z.string().meta({ format: "binary" });

interface DialectOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly tag: "OpenAI API" | "Anthropic API" | "Google API";
  readonly request: z.ZodType;
  readonly example: unknown;
  /** Absent where only files are answered. */
  readonly answer?: z.ZodType;
  readonly error: z.ZodType;
  /** What stands in the path. */
  readonly path?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly streams?: boolean;
  readonly free?: boolean;
  /** It is sent as a form. */
  readonly form?: boolean;
  /** What is answered beside JSON, or in its place. */
  readonly files?: readonly string[];
}

/** A method of a vendor's API as the document describes it. */
export const dialectOperation = (operation: DialectOperation): ZodOpenApiPathsObject[string] => {
  const {
    operationId,
    summary,
    tag,
    request,
    example,
    answer,
    error,
    path,
    query,
    streams = false,
    free = false,
  } = operation;
  const { form = false, files = [] } = operation;
  const written = form ? "multipart/form-data" : "application/json";
  return {
    post: {
      operationId,
      summary,
      description: `${neededPermission(ai.generateText.permission)} Fields of the dialect that are not named here pass unchanged; others are refused by name.`,
      tags: [tag],
      security: dialectSecurity,
      requestParams: {
        ...(free ? {} : { header: MeteredRequestHeaders }),
        ...(path === undefined ? {} : { path }),
        ...(query === undefined ? {} : { query }),
      },
      requestBody: { required: true, content: { [written]: { schema: request, example } } },
      responses: {
        200: {
          description: "The answer",
          ...(free ? {} : { headers: MeteredResponseHeaders }),
          content: {
            ...(answer === undefined ? {} : { "application/json": { schema: answer } }),
            ...Object.fromEntries(files.map((type) => [type, { schema: contentOf(type) }])),
            ...(streams ? { "text/event-stream": { schema: z.string() } } : {}),
          },
        },
        "4XX": dialectFailure(error),
        "5XX": dialectFailure(error),
      },
    },
  };
};
