import type { AuthCalls } from "../../test/auth-calls/auth-call.ts";
import { waveOf } from "../../test/media-files.ts";
import { procedureInputs } from "../../test/procedure-inputs.ts";
import { listProcedures } from "../../server/transport/trpc/procedure-list.ts";
import { madeBefore } from "./made-before.ts";

/** Of an OpenAPI document what calls are made of. */
export interface PlannedDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, PlannedOperation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, PlannedSchema>> };
}

interface PlannedSchema {
  readonly $ref?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, PlannedSchema>>;
}

interface PlannedMedia {
  readonly example?: unknown;
  readonly schema?: PlannedSchema;
}

interface PlannedOperation {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema?: { readonly example?: unknown } }[]; // prettier-ignore
  readonly requestBody?: { readonly content: Readonly<Record<string, PlannedMedia>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, PlannedMedia>> }>>;
}

/** One call of a generated client. */
export interface PlannedCall {
  readonly operationId: string;
  /** Of the client for Python: a tag is a module. */
  readonly module: string;
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  /** Fields of the body that are files, as Base64. */
  readonly files?: readonly string[];
  /** An id that an answer before has: of which operation, where in it, and what it is called here. */
  readonly takes?: { readonly by: string; readonly at: readonly (string | number)[]; readonly as: string };
  /** Beside those of every call. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The schema of a stream's parts. */
  readonly parts?: string;
  /** The schema of failures. */
  readonly errors: string;
}

const nameOf = (reference: string | undefined): string => reference?.split("/").at(-1) ?? "";

const inputs: ReadonlyMap<string, Readonly<Record<string, unknown>>> = new Map(
  listProcedures().map(({ name, rest }) => [`${rest.method} ${rest.path}`, procedureInputs[name] ?? {}]),
);

/** As the generator for Python spells it. */
const moduleOf = (tag: string): string =>
  tag
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "_")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .toLowerCase();

const errorsOf = ({ responses }: PlannedOperation): string =>
  nameOf((responses["default"] ?? responses["4XX"])?.content?.["application/json"]?.schema?.$ref);

/** Of what answers as a stream and in no other way. */
const partsOf = ({ responses }: PlannedOperation): string | undefined => {
  const { "text/event-stream": parts, ...others } = responses["200"]?.content ?? {};
  return parts && Object.keys(others).length === 0 ? nameOf(parts.schema?.$ref) : undefined;
};

/** The one file that is uploaded: a second of silence. */
const recording = waveOf({ seconds: 1 }).toString("base64");

const filesOf = (media: PlannedMedia | undefined, { components }: PlannedDocument): readonly string[] => {
  const { schema } = media ?? {};
  const { properties = {} } = components?.schemas?.[nameOf(schema?.$ref)] ?? schema ?? {};
  return Object.entries(properties).flatMap(([name, { format }]) => (format === "binary" ? [name] : []));
};

const takesOf = (operationId: string): Pick<PlannedCall, "takes"> => {
  const { by, at, as = "id" } = madeBefore.get(operationId) ?? {};
  return by === undefined || at === undefined ? {} : { takes: { by, at, as } };
};

const callOf = (document: PlannedDocument, method: string, path: string, operation: PlannedOperation): PlannedCall => {
  const { operationId, tags = [], parameters = [], requestBody } = operation;
  const [media] = Object.values(requestBody?.content ?? {});
  const files = filesOf(media, document);
  const left = new Map(
    Object.entries(
      inputs.get(`${method.toUpperCase()} ${path}`) ?? (media?.example === undefined ? {} : Object(media.example)),
    ),
  );
  for (const name of files) left.set(name, recording);
  const take = (place: string): Readonly<Record<string, unknown>> =>
    Object.fromEntries(
      parameters.flatMap((parameter) => {
        if (parameter.in !== place) return [];
        const value = left.get(parameter.name) ?? parameter.schema?.example;
        left.delete(parameter.name);
        return value === undefined ? [] : [[parameter.name, value]];
      }),
    );
  const inPath = take("path");
  const inQuery = take("query");
  const parts = partsOf(operation);
  return {
    operationId,
    module: moduleOf(tags[0] ?? "default"),
    path: inPath,
    query: inQuery,
    ...(requestBody === undefined ? {} : { body: Object.fromEntries(left) }),
    ...(parts === undefined ? {} : { parts }),
    ...(files.length === 0 ? {} : { files }),
    ...takesOf(operationId),
    errors: errorsOf(operation),
  };
};

/** What stores keys, preferences and limits comes last: the calls before it are to be answered. */
const isDialect = (path: string): boolean => /^\/v1(beta)?\//.test(path);

/** What makes something comes before those who ask for it, and what ends it last. */
const turnOf = (operationId: string): number => {
  if (!madeBefore.has(operationId)) return 0;
  return /^(?:delete|remove|revoke)/.test(operationId) ? 2 : 1;
};

/** A call of every operation of a document, with what the tests of all API surfaces send to it, else with its own example. */
export const planCalls = (document: PlannedDocument): readonly PlannedCall[] =>
  Object.entries(document.paths)
    .flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })))
    .toSorted(
      (a, b) =>
        Number(isDialect(b.path)) - Number(isDialect(a.path)) ||
        turnOf(a.operation.operationId) - turnOf(b.operation.operationId),
    )
    .map(({ path, method, operation }) => callOf(document, method, path, operation));

/** Calls of every operation of Auth, in the order in which each does what it asks; one that is not among them is refused. */
export const planAuthCalls = ({ paths }: PlannedDocument, calls: AuthCalls): readonly PlannedCall[] => {
  const order = Object.keys(calls);
  return Object.entries(paths)
    .flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => {
        const route = `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`;
        const { path: inPath = {}, query = {}, body, headers = {} } = calls[route] ?? {};
        const planned: PlannedCall = {
          operationId: operation.operationId,
          module: moduleOf(operation.tags?.[0] ?? "default"),
          path: inPath,
          query,
          ...(body === undefined ? {} : { body }),
          headers,
          errors: errorsOf(operation),
        };
        return { planned, at: order.indexOf(route) };
      }),
    )
    .toSorted((a, b) => a.at - b.at)
    .map(({ planned }) => planned);
};
