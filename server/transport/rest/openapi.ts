import { generateOpenApiDocument, type OpenAPIObject, type OpenApiRouter } from "trpc-to-openapi";
import { z } from "zod";
import type { ZodOpenApiPathItemObject, ZodOpenApiPathsObject } from "zod-openapi";
import { ai } from "../../contracts/ai.ts";
import { GenerateTextInput } from "../../contracts/ai/generate-text.ts";
import { StreamPart } from "../../contracts/ai/stream-text.ts";
import { AuditEventView, ExportAuditEventsInput } from "../../domain/audit/index.ts";
import { FollowedOperations, FollowOperationsInput } from "../../domain/operations/index.ts";
import { ExportEntriesInput, ExportedEntry, ExportedOperation, ExportUsageInput } from "../../domain/usage/index.ts";
import { errorTable } from "../../errors.ts";
import { release } from "../../platform/release.ts";
import { MeteredRequestHeaders, MeteredResponseHeaders } from "../trpc/metered-headers.ts";
import { listProcedures } from "../trpc/procedure-list.ts";
import { appRouter } from "../trpc/root.ts";
import { errorResponses, failuresOf } from "./error-responses.ts";
import { googlePaths } from "./google-paths.ts";
import { nameSchemas } from "./name-schemas.ts";
import { operationExamples } from "./operation-examples.ts";
import { operationIdOf } from "./operation-id.ts";
import { vendorPaths } from "./vendor-paths.ts";

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

/** Inputs are strict everywhere; the generator forgets it where a schema has refinements. */
const closeInput = ({ requestBody }: OperationObject): void => {
  if (!requestBody || !("content" in requestBody)) return;
  const schema = requestBody.content["application/json"]?.schema;
  if (schema && !("$ref" in schema) && schema.type === "object") schema.additionalProperties = false;
};

interface Exported {
  readonly operationId: string;
  /** What is exported. */
  readonly what: string;
  /** What it is called in JSON, where that is not the same. */
  readonly list?: string;
  readonly permission: string;
  readonly input: z.ZodObject;
  readonly row: z.ZodType;
}

/** A file that is written while it is read. */
const exported = ({ operationId, what, list = what, permission, input, row }: Exported): ZodOpenApiPathItemObject => ({
  get: {
    operationId,
    summary: `Export ${what} as CSV, NDJSON or JSON, oldest first`,
    description: `Needs the permission \`${permission}\`. Whatever breaks off lacks its end: CSV ends with \`# complete: N rows\`, NDJSON with \`{"complete":true,"rows":N}\`, JSON with \`rows\`.`,
    tags: [operationId.split("-")[0] ?? ""],
    security: Object.keys(securitySchemes).map((name) => ({ [name]: [] })),
    requestParams: { query: input },
    responses: {
      200: {
        description: `The ${what}`,
        content: {
          "text/csv": { schema: z.string() },
          "application/x-ndjson": { schema: row },
          "application/json": { schema: z.object({ [list]: z.array(row), rows: z.int() }) },
        },
      },
      default: { description: "An error", content: { "application/json": { schema: errorBody } } },
    },
  },
});

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
  "/api/operations/follow": {
    get: {
      operationId: "operations-follow",
      summary: "Follow operations as they begin and change, for half a minute at a time",
      description:
        "Needs the permission `srv_nexus.usage:read`. Server-sent events, each of them a part as JSON; the first says that everything from then on is told. At the end ask again, and list the operations for what happened in between.",
      tags: ["operations"],
      security: Object.keys(securitySchemes).map((name) => ({ [name]: [] })),
      requestParams: { query: FollowOperationsInput },
      responses: {
        200: {
          description: "What has happened since the part before",
          content: { "text/event-stream": { schema: FollowedOperations } },
        },
        default: { description: "An error", content: { "application/json": { schema: errorBody } } },
      },
    },
  },
  "/api/usage/export": exported({
    operationId: "usage-export",
    what: "operations",
    permission: "srv_nexus.usage:read",
    input: ExportUsageInput,
    row: ExportedOperation,
  }),
  "/api/usage/entries": {
    get: {
      operationId: "usage-entries",
      summary: "Export the ledger's entries as Parquet, CSV or JSON lines, in the order in which they were booked",
      description:
        'Needs the permission `srv_nexus.usage:read`. Whoever asks again with the `next` of the end as `since` is told each entry exactly once. What breaks off lacks its end: Parquet its footer, whose key-value metadata hold `next` and the sums, CSV its last line `# complete: N rows, after A, next P, …`, JSON lines `{"complete":true,"rows":N,"next":"P",…}`.',
      tags: ["usage"],
      security: Object.keys(securitySchemes).map((name) => ({ [name]: [] })),
      requestParams: { query: ExportEntriesInput },
      responses: {
        200: {
          description: "The entries",
          content: {
            "application/vnd.apache.parquet": { schema: z.string().meta({ format: "binary" }) },
            "text/csv": { schema: z.string() },
            "application/x-ndjson": { schema: ExportedEntry },
          },
        },
        default: { description: "An error", content: { "application/json": { schema: errorBody } } },
      },
    },
  },
  "/api/audit/export": exported({
    operationId: "audit-export",
    list: "events",
    what: "changes",
    permission: "srv_nexus.audit:read",
    input: ExportAuditEventsInput,
    row: AuditEventView,
  }),
};

/** Every failure has the same body; the table of codes is written once. */
const failure = {
  description: "An error",
  content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
};

const tags = [
  { name: "ai", description: "Models: text, streams, vectors, rankings, moderation, images, speech, transcripts." },
  { name: "email", description: "Mail: sending, queue, templates, suppressions, domains." },
  { name: "payments", description: "Checkouts, orders, refunds, subscriptions, disputes." },
  { name: "customers", description: "Customers of apps, their wallets and statements." },
  { name: "plans", description: "What customers of apps pay of what their calls cost." },
  { name: "top-ups", description: "Payments into wallets." },
  { name: "billing", description: "Charges on their way to Stripe's meters." },
  { name: "operations", description: "Calls and their outcomes." },
  { name: "usage", description: "Usage, budgets, prices, limits." },
  { name: "audit", description: "Who changed what." },
  { name: "system", description: "How the installation is, for platform administrators." },
  { name: "keys", description: "The organization's own vendor keys." },
  { name: "provider-credentials", description: "Managed and platform credentials of vendors." },
  { name: "service-tokens", description: "Credentials of backend services." },
  { name: "preferences", description: "How an organization's calls are routed." },
  { name: "apps", description: "Apps and the attribution of their calls." },
  { name: "OpenAI API", description: "For OpenAI's SDKs and other clients of its dialect." },
  { name: "Anthropic API", description: "For Anthropic's SDKs." },
  { name: "Google API", description: "For Google's Gen AI SDKs." },
];

/** Reads `meta.openapi` of each procedure and nothing else of the router's types, which `declare` sees to. */
const asOpenApiRouter = (router: object): OpenApiRouter => router as OpenApiRouter;

const procedureAt = (method: string, path: string) =>
  listProcedures().find(({ rest }) => rest.path === path && rest.method.toLowerCase() === method);

/** What the generator leaves out: a name for functions, failures by status, an example. */
const complete = (path: string, method: (typeof methods)[number], operation: OperationObject): void => {
  const procedure = procedureAt(method, path);
  if (procedure === undefined) return;
  const { name, metered } = procedure;
  closeInput(operation);
  operation.operationId = operationIdOf(name, method.toUpperCase());
  operation.responses = { ...operation.responses, ...failuresOf({ method, metered }), default: failure };
  const { requestBody } = operation;
  const body = requestBody && "content" in requestBody ? requestBody.content["application/json"] : undefined;
  if (body && name in operationExamples) body.example = operationExamples[name];
};

/**
 * The OpenAPI document of REST and of the vendors' dialects, made from the router and the schemas that check requests; the same
 * input gives the same bytes.
 */
export const openApiDocument = (): OpenAPIObject => {
  const document = generateOpenApiDocument(asOpenApiRouter(appRouter), {
    title: "Topolo Nexus",
    description:
      "Typed, metered and budgeted access to AI, e-mail and payment vendors. Money is integer nano-USD (10⁻⁹ USD) in decimal strings. Every failure has a code: /docs/errors explains each.",
    version: release,
    baseUrl: "/",
    securitySchemes,
    paths: { ...streams, ...vendorPaths, ...googlePaths },
  });
  const paths = document.paths ?? {};
  for (const [path, item] of Object.entries(paths))
    for (const method of methods) {
      const operation = item[method];
      if (operation) complete(path, method, operation);
    }
  const { info, components } = document;
  return nameSchemas({
    ...document,
    info: { ...info, contact: { name: "Topolo Nexus" }, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    tags,
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: { ...components, responses: errorResponses },
  });
};
