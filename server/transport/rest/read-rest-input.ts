import { z } from "zod";
import { NexusError } from "../../errors.ts";
import type { DoorRequest } from "../door-request.ts";
import { readJson } from "../read-json.ts";
import { parametersOf, type RestMatch } from "./rest-route.ts";

/** What is asked for, whether it may be left out, and whatever becomes of it. */
const unwrap = (schema: unknown): unknown => {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  )
    return unwrap(schema.unwrap());
  return schema instanceof z.ZodPipe ? unwrap(schema.in) : schema;
};

const decimal = /^-?\d{1,15}(\.\d{1,15})?$/;

/** Text of a query as the plain JSON value its schema asks for; what does not look like one stays text and is refused by it. */
const valueOf = (schema: unknown, text: string): unknown => {
  if (schema instanceof z.ZodNumber) return decimal.test(text) ? Number(text) : text;
  if (schema instanceof z.ZodBoolean) return text === "true" ? true : text === "false" ? false : text;
  return text;
};

const fieldOf = ({ procedure }: RestMatch, name: string): unknown =>
  Object.hasOwn(procedure.input.shape, name) ? unwrap(procedure.input.shape[name]) : undefined;

const readQuery = (match: RestMatch, query: URLSearchParams): [string, unknown][] =>
  [...new Set(query.keys())].map((name) => {
    const schema = fieldOf(match, name);
    const values = query.getAll(name);
    if (schema instanceof z.ZodArray) return [name, values.map((value) => valueOf(unwrap(schema.element), value))];
    const [value = ""] = values;
    if (values.length > 1) throw new NexusError("INVALID_INPUT", { issues: [{ field: name, expected: "one value" }] });
    return [name, valueOf(schema, value)];
  });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether path parameters are all there is to say, so that a body may be left out. */
const pathSaysAll = ({ procedure }: RestMatch): boolean => {
  const named = parametersOf(procedure.rest.path);
  return Object.keys(procedure.input.shape).every((name) => named.includes(name));
};

const readBody = async (match: RestMatch, request: DoorRequest): Promise<[string, unknown][]> => {
  if (request.header("content-type") === undefined && pathSaysAll(match)) return [];
  const body = await readJson(request, match.procedure.maxBodyBytes);
  if (!isObject(body)) throw new NexusError("INVALID_INPUT", { issues: [{ field: "", expected: "a JSON object" }] });
  return Object.entries(body);
};

/** A procedure's input from path, query and body. No field may be given twice, and none is looked at here: the schema is. */
export const readRestInput = async (match: RestMatch, request: DoorRequest): Promise<unknown> => {
  const { method } = match.procedure.rest;
  const inQuery = method === "GET" || method === "DELETE";
  if (!inQuery && request.query.size > 0) {
    throw new NexusError("INVALID_INPUT", {
      message: "This operation takes its input from the body.",
      issues: [{ field: "query", expected: "absent" }],
    });
  }
  const fields = inQuery ? readQuery(match, request.query) : await readBody(match, request);
  for (const [name] of fields) {
    if (Object.hasOwn(match.params, name))
      throw new NexusError("INVALID_INPUT", { issues: [{ field: name, expected: "given in the path alone" }] });
  }
  // Own properties only, `__proto__` among them, so that the schema sees every key the caller wrote.
  return Object.fromEntries([...Object.entries(match.params), ...fields]);
};
