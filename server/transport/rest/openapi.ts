import { generateOpenApiDocument, type OpenAPIObject, type OpenApiRouter } from "trpc-to-openapi";
import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { ai } from "../../contracts/ai.ts";
import { GenerateTextInput } from "../../contracts/ai/generate-text.ts";
import { StreamPart } from "../../contracts/ai/stream-text.ts";
import { ExportedOperation, ExportUsageInput } from "../../domain/usage/index.ts";
import { errorTable } from "../../errors.ts";
import { MeteredRequestHeaders, MeteredResponseHeaders } from "../trpc/metered-headers.ts";
import { appRouter } from "../trpc/root.ts";

const codes = Object.entries(errorTable);

/** The body of every failure, of whatever status. */
const errorBody = z
  .object({
    error: z.object({
      code: z.enum(codes.map(([code]) => code)),
      message: z.string(),
      effect: z.enum(["none", "done", "unknown"]).describe("Whether the vendor acted"),
      retryable: z.boolean().describe("A repeat, unchanged, may succeed and costs nothing extra"),
      requestId: z.string(),
      docs: z.string(),
      operationId: z.string().optional(),
      issues: z.array(z.object({ field: z.string(), expected: z.string() })).optional(),
      details: z.record(z.string(), z.unknown()).optional(),
      retryAfterMs: z.number().optional(),
    }),
  })
  .meta({ id: "Error" });

const statusTable = codes.map(([code, { http, message }]) => `- ${http} \`${code}\`: ${message}`).join("\n");

const securitySchemes = {
  bearer: { type: "http", scheme: "bearer", description: "Topolo Auth access token or API key" },
  apiKey: { type: "apiKey", in: "header", name: "x-api-key" },
  serviceToken: {
    type: "apiKey",
    in: "header",
    name: "x-nexus-service-token",
    description: "With X-Nexus-Organization-Id",
  },
} as const;

type PathItems = NonNullable<OpenAPIObject["paths"]>;
type OperationObject = NonNullable<PathItems[string]["post"]>;
const methods = ["get", "post", "put", "patch", "delete"] as const;

const operationsOf = (paths: PathItems): OperationObject[] =>
  Object.values(paths).flatMap((item) => methods.flatMap((method) => item[method] ?? []));

/** Inputs are strict everywhere; the generator forgets it where a schema has refinements. */
const closeInput = ({ requestBody }: OperationObject): void => {
  if (!requestBody || !("content" in requestBody)) return;
  const schema = requestBody.content["application/json"]?.schema;
  if (schema && !("$ref" in schema) && schema.type === "object") schema.additionalProperties = false;
};

/** What the generator cannot say: answers that are streams. */
const streams: ZodOpenApiPathsObject = {
  "/api/ai/stream-text": {
    post: {
      operationId: "ai-streamText",
      summary: ai.streamText.summary,
      description: `Needs the permission \`${ai.streamText.permission}\`. Server-sent events: \`event\` is the part's type, \`data\` the part as JSON; \`finish\` is last, or \`error\`.`,
      tags: ["ai"],
      security: Object.keys(securitySchemes).map((name) => ({ [name]: [] })),
      requestParams: { header: MeteredRequestHeaders },
      requestBody: { required: true, content: { "application/json": { schema: GenerateTextInput } } },
      responses: {
        200: {
          description: "Parts of the answer",
          headers: MeteredResponseHeaders,
          content: { "text/event-stream": { schema: StreamPart } },
        },
        default: { description: "An error", content: { "application/json": { schema: errorBody } } },
      },
    },
  },
  "/api/usage/export": {
    get: {
      operationId: "usage-export",
      summary: "Export operations as CSV, NDJSON or JSON, oldest first",
      description:
        'Needs the permission `srv_nexus.usage:read`. Whatever breaks off lacks its end: CSV ends with `# complete: N rows`, NDJSON with `{"complete":true,"rows":N}`, JSON with `rows`.',
      tags: ["usage"],
      security: Object.keys(securitySchemes).map((name) => ({ [name]: [] })),
      requestParams: { query: ExportUsageInput },
      responses: {
        200: {
          description: "The operations",
          content: {
            "text/csv": { schema: z.string() },
            "application/x-ndjson": { schema: ExportedOperation },
            "application/json": {
              schema: z.object({
                operations: z.array(ExportedOperation),
                rows: z.int(),
              }),
            },
          },
        },
        default: {
          description: "An error",
          content: { "application/json": { schema: errorBody } },
        },
      },
    },
  },
};

/** Every failure has the same body; the table of codes is written once. */
const failure = {
  description: "An error",
  content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
};

/** Reads `meta.openapi` of each procedure and nothing else of the router's types, which `declare` sees to. */
const asOpenApiRouter = (router: object): OpenApiRouter => router as OpenApiRouter;

/** The OpenAPI document of the REST door, made from the router; the same input gives the same bytes. */
export const openApiDocument = (): OpenAPIObject => {
  const document = generateOpenApiDocument(asOpenApiRouter(appRouter), {
    title: "Topolo Nexus",
    description: `Typed, metered and budgeted access to AI vendors. Money is integer nano-USD in decimal strings.\n\nErrors, by status:\n\n${statusTable}`,
    version: "0.1.0",
    baseUrl: "/",
    securitySchemes,
    paths: streams,
  });
  const paths = document.paths ?? {};
  for (const operation of operationsOf(paths)) {
    closeInput(operation);
    operation.responses = { ...operation.responses, default: failure };
  }
  return { ...document, paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))) };
};
