import { z } from "zod";
import { nameSchemas } from "../../server/transport/rest/name-schemas.ts";
import { AuthErrorBody, authErrorCodes } from "../../server/identity/answers/auth-error-body.ts";
import { answerTable } from "../../server/identity/answers/answer-table.ts";
import { restRoutes } from "../../server/identity/answers/rest-routes.ts";
import { authErrorTable, type AuthErrorCode } from "../../server/identity/auth-error.ts";
import { ReadyAnswer } from "../../server/identity/answers/service-answers.ts";
import { RefusedValidationAnswer } from "../../server/identity/answers/validation-answers.ts";
import { ownServiceClient, serviceClient } from "../../server/identity/http/steps.ts";
import type { AuthRoute } from "../../server/identity/http/route.ts";
import { release } from "../../server/platform/release.ts";
import { accessRules } from "../../server/identity/matrix/role-rules.ts";
import { roleTable } from "../../server/identity/matrix/role-table.ts";

// Requests come from the schemas that check them, answers from those that every test's answers are held against, who may use a
// route from the table that the tests walk through.

const rows = new Map(roleTable.map((row) => [row.route, row]));

const nameOf = ({ method, path }: AuthRoute): string => `${method} ${path}`;

const hasBody = (step: object): step is { readonly body: z.ZodType } =>
  "body" in step && step.body instanceof z.ZodType;
const hasQuery = (step: object): step is { readonly query: z.ZodType } =>
  "query" in step && step.query instanceof z.ZodType;

const schemaOf = (schema: z.ZodType) => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest;
};

const words = (name: string): string => {
  const text = name.replaceAll(
    /([a-z])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
};

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The name of the function that answers; of one without a name, method and path. */
const idOf = (route: AuthRoute, isShared: boolean): string => {
  const { act, method, path } = route;
  if (act !== "" && !isShared) return act;
  const place = path
    .split("/")
    .map((part) =>
      part
        .split(/[^A-Za-z0-9]+/)
        .map(capital)
        .join(""),
    )
    .join("");
  return `${method.toLowerCase()}${place}`;
};

const tagOf = (path: string): string => {
  const [first = "", second = "", third = ""] = path.split("/").slice(1);
  if (first !== "api") return ["health", "validate"].includes(first) ? first : "sign-in";
  if (second === "public") return "developers";
  return second === "me" && third !== "" ? "own account" : second;
};

const pathParameters = (path: string) =>
  [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));

const queryParameters = (route: AuthRoute) =>
  route.steps.filter(hasQuery).flatMap(({ query }) => {
    const { properties = {}, required = [] } = schemaOf(query);
    return Object.entries(properties).map(([name, schema]) => ({
      name,
      in: "query",
      required: required.includes(name),
      schema,
    }));
  });

const securityOf = (route: AuthRoute) => {
  if (route.steps.some((step) => step === serviceClient || step === ownServiceClient)) return [{ client: [] }];
  return rows.get(nameOf(route))?.access === "everyone" ? [] : [{ bearer: [] }, { session: [] }];
};

/** Plain JSON, of which schemas and examples are made. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const isJsonObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value that a schema admits, made of the examples of its fields. */
const exampleOf = (schema: Json | undefined): Json => {
  if (!isJsonObject(schema)) return null;
  const { examples, const: only, enum: words, anyOf, oneOf, items, properties } = schema;
  if (Array.isArray(examples) && examples.length > 0) return examples[0];
  if (only !== undefined) return only;
  if (Array.isArray(words)) return words[0];
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return exampleOf(choices[0]);
  if (isJsonObject(properties))
    return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, exampleOf(field)]));
  return items === undefined ? {} : [exampleOf(items)];
};

/** Fields keep what they say; the example of a whole answer has their values. */
const withoutExamples = (schema: Json): Json => {
  if (Array.isArray(schema)) return schema.map((item: Json) => withoutExamples(item));
  if (!isJsonObject(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema).flatMap(([name, value]) =>
      name === "examples" && Array.isArray(value) ? [] : [[name, withoutExamples(value)]],
    ),
  );
};

const answerSchemaOf = (schema: z.ZodType): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "output" });
  // The guarantee: a JSON schema is JSON.
  return JSON.parse(JSON.stringify(rest)) as Json;
};

const mediaOf = (schema: z.ZodType) => {
  const whole = answerSchemaOf(schema);
  return { schema: withoutExamples(whole), example: exampleOf(whole) };
};

const text = "text/csv";

const contentOf = (answer: z.ZodType | Readonly<Record<string, z.ZodType>>) =>
  answer instanceof z.ZodType
    ? { "application/json": mediaOf(answer) }
    : Object.fromEntries(
        Object.entries(answer).map(([type, schema]) => [
          type,
          type === text ? { schema: answerSchemaOf(schema) } : mediaOf(schema),
        ]),
      );

const refused = { "application/json": { schema: { $ref: "#/components/schemas/AuthError" } } };
/** Every refusal has the same body; the tables of codes are written once, by status. */
const failure = { description: "A refusal, with its code", content: refused };

const statusWords: Readonly<Record<number, string>> = {
  200: "Done",
  201: "Made",
  202: "Taken; something is left to be done",
  204: "Done; there is nothing to say",
};

const answersOf = (route: AuthRoute) =>
  Object.fromEntries(
    Object.entries(answerTable[nameOf(route)] ?? {}).map(([status, answer]) => [
      status,
      {
        description: statusWords[Number(status)] ?? "Done",
        ...(answer === undefined ? {} : { content: contentOf(answer) }),
      },
    ]),
  );

const codesOf = (status: number): readonly AuthErrorCode[] =>
  authErrorCodes.filter((code) => authErrorTable[code].status === status);

/** A path that does not know a method is no operation. */
const ofNoOperation = 405;

const refusalStatuses: readonly number[] = [...new Set(authErrorCodes.map((code) => authErrorTable[code].status))]
  .filter((status) => status !== ofNoOperation)
  .sort((a, b) => a - b);

/** The refusals of each status: which codes it has, what they say, and an example. */
const refusals = Object.fromEntries(
  refusalStatuses.map((status) => {
    const [code = "internal"] = codesOf(status);
    const lines = codesOf(status).map((name) => `\`${name}\`: ${authErrorTable[name].message}`);
    return [
      `Refusal${status}`,
      {
        description: lines.join("\n\n"),
        content: {
          "application/json": {
            schema: { $ref: "#/components/schemas/AuthError" },
            example: { error: { code, message: authErrorTable[code].message } },
          },
        },
      },
    ];
  }),
);

/** Refusals with a form of their own. */
const ownRefusals: Readonly<Record<string, Readonly<Record<number, z.ZodType>>>> = {
  "GET /validate": { 400: RefusedValidationAnswer, 401: RefusedValidationAnswer },
  "POST /validate": { 400: RefusedValidationAnswer, 401: RefusedValidationAnswer },
  "GET /health/ready": { 503: ReadyAnswer },
};

const always = [400, 401, 403, 404, 409, 429, 500, 503] as const;
const ofWrites = [413, 415] as const;

/** The statuses with which a route can refuse, and what it says then. */
const refusalsOf = (route: AuthRoute) =>
  Object.fromEntries(
    [...always, ...(route.method === "GET" ? [] : ofWrites)]
      .sort((a, b) => a - b)
      .map((status) => {
        const own = ownRefusals[nameOf(route)]?.[status];
        return [
          String(status),
          own === undefined
            ? { $ref: `#/components/responses/Refusal${status}` }
            : {
                description: "What was found",
                content: { "application/json": { schema: z.toJSONSchema(z.union([own, AuthErrorBody])) } },
              },
        ];
      }),
  );

const operationOf = (route: AuthRoute, isShared: boolean) => {
  const operationId = idOf(route, isShared);
  const body = route.steps.find(hasBody);
  const parameters = [...pathParameters(route.path), ...queryParameters(route)];
  const access = rows.get(nameOf(route))?.access ?? "everyone";
  return {
    operationId,
    summary: words(operationId),
    description: `For ${accessRules[access].says}.`,
    tags: [tagOf(route.path)],
    security: securityOf(route),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: schemaOf(body.body) } } } }),
    responses: { ...answersOf(route), ...refusalsOf(route), default: failure },
  };
};

/** docs/generated/auth-openapi.json: Topolo Auth's REST API. */
export const authOpenApi = (): object => {
  const acts = restRoutes.map(({ act }) => act);
  const isShared = ({ act }: AuthRoute): boolean => acts.indexOf(act) !== acts.lastIndexOf(act);
  const paths: Record<string, Record<string, object>> = {};
  for (const route of restRoutes) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    (paths[path] ??= {})[route.method.toLowerCase()] = operationOf(route, isShared(route));
  }
  const tags = [...new Set(restRoutes.map(({ path }) => tagOf(path)))].sort();
  return nameSchemas({
    openapi: "3.1.0",
    info: {
      title: "Topolo Auth",
      version: release,
      description:
        "Identity: sign-in, accounts, organizations, keys, services. OAuth and OpenID Connect are described by `/.well-known/openid-configuration`, provisioning by SCIM 2.0.",
      contact: { name: "Topolo Nexus" },
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "Topolo Auth's own origin" }],
    tags: tags.map((name) => ({ name, description: `Routes of ${name}.` })),
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      schemas: {
        AuthError: answerSchemaOf(AuthErrorBody),
      },
      responses: refusals,
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "An access token of an app of our own" },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "topolo_session",
          description: "Auth's own cookie; writes need the header X-Topolo-Auth",
        },
        client: { type: "http", scheme: "basic", description: "Client id and secret of a service" },
      },
    },
  });
};
