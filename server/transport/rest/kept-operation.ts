import { z } from "zod";
import { ai } from "../../contracts/ai.ts";
import { dialectFailure, dialectSecurity, neededPermission } from "./dialect-operation.ts";

interface KeptOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly answer: z.ZodType;
  /** How the id in the path begins. */
  readonly prefix: "resp" | "conv" | "int";
  /** Of something within it, by an id of its own. */
  readonly item?: boolean;
  readonly query?: z.ZodObject;
  /** What is sent, and such a body. */
  readonly request?: z.ZodType;
  readonly example?: unknown;
}

/** How an API describes what it keeps for its callers: it costs nothing, and is found by nobody else. */
export const keptOperationOf =
  (tag: "OpenAI API" | "Google API", error: z.ZodType) =>
  ({ operationId, summary, answer, prefix, item = false, query, request, example }: KeptOperation) => ({
    operationId,
    summary,
    description: `${neededPermission(ai.generateText.permission)} What another caller keeps is not found.`,
    tags: [tag],
    security: dialectSecurity,
    requestParams: {
      path: z.object({
        id: z.string().meta({ example: `${prefix}_00000000-0000-7000-8000-000000000000` }),
        ...(item
          ? {
              item: z.string().meta({
                example: "msg_00000000-0000-7000-8000-000000000000_0",
              }),
            }
          : {}),
      }),
      ...(query === undefined ? {} : { query }),
    },
    ...(request === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: request, example } },
          },
        }),
    responses: {
      200: {
        description: "What is kept",
        content: { "application/json": { schema: answer } },
      },
      "4XX": dialectFailure(error),
      "5XX": dialectFailure(error),
    },
  });
