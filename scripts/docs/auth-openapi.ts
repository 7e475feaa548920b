import { z } from "zod";
import { nameSchemas } from "../../server/transport/rest/name-schemas.ts";
import { authErrorTable } from "../../server/identity/auth-error.ts";
import { ownServiceClient, serviceClient } from "../../server/identity/http/steps.ts";
import type { AuthRoute } from "../../server/identity/http/route.ts";
import { accessRules } from "../../server/identity/matrix/role-rules.ts";
import { roleTable } from "../../server/identity/matrix/role-table.ts";
import { routes } from "../../server/identity/routes.ts";

// Requests come from the schemas that check them, who may use a route from the table that the tests walk through.

const rows = new Map(roleTable.map((row) => [row.route, row]));

const nameOf = ({ method, path }: AuthRoute): string => `${method} ${path}`;

/** Of the protocols' own documents, of frames and of pages that only redirect there is nothing to say here. */
const isRest = (route: AuthRoute): boolean => {
  const row = rows.get(nameOf(route));
  return (
    row !== undefined &&
    !/^\/(?:scim|sso|oauth|interaction|federated|organization-sign-in|session|settings|setup|\.well-known)(?:\/|$)/.test(
      route.path,
    )
  );
};

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

const successOf = (route: AuthRoute): string => {
  const ok = rows.get(nameOf(route))?.ok ?? 0;
  return ok >= 200 && ok < 300 ? String(ok) : "2XX";
};

const failure = { $ref: "#/components/responses/Failure" };

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
    responses: {
      [successOf(route)]: {
        description: "Done",
        content: { "application/json": { schema: { $ref: "#/components/schemas/JsonValue" } } },
      },
      "4XX": failure,
      "5XX": failure,
    },
  };
};

const codes = Object.entries(authErrorTable);

/** docs/generated/auth-openapi.json: Topolo Auth's REST API. */
export const authOpenApi = (): object => {
  const served = routes.filter(isRest);
  const acts = served.map(({ act }) => act);
  const isShared = ({ act }: AuthRoute): boolean => acts.indexOf(act) !== acts.lastIndexOf(act);
  const paths: Record<string, Record<string, object>> = {};
  for (const route of served) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    (paths[path] ??= {})[route.method.toLowerCase()] = operationOf(route, isShared(route));
  }
  const tags = [...new Set(served.map(({ path }) => tagOf(path)))].sort();
  return nameSchemas({
    openapi: "3.1.0",
    info: {
      title: "Topolo Auth",
      version: "0.1.0",
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
        AuthError: {
          type: "object",
          required: ["error"],
          properties: {
            error: {
              type: "object",
              required: ["code", "message"],
              properties: {
                code: { type: "string", enum: codes.map(([code]) => code) },
                message: { type: "string" },
                requestId: { type: "string" },
                issues: {
                  type: "array",
                  items: {
                    type: "object",
                    required: ["field", "expected"],
                    properties: { field: { type: "string" }, expected: { type: "string" } },
                  },
                },
              },
            },
          },
        },
      },
      responses: {
        Failure: {
          description: "A refusal, with its code",
          content: { "application/json": { schema: { $ref: "#/components/schemas/AuthError" } } },
        },
      },
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
