import type { z } from "zod";
import { fieldIssues } from "../../platform/field-issues.ts";
import { AuthError } from "../auth-error.ts";
import type { HttpExchange } from "./exchange.ts";
import { mediaTypeOf, requireFitJson } from "./require-fit-text.ts";

/** What the schema makes of a value, or a refusal that names the fields. */
export const parseAuthInput = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AuthError("invalid_request", { issues: fieldIssues(parsed.error.issues) });
};

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new AuthError("invalid_request", { issues: [{ field: "", expected: "a JSON text in UTF-8" }] });
  }
};

/** The media type of the body, without parameters. */
export const mediaType = ({ request }: HttpExchange): string => mediaTypeOf(request.header("content-type"));

/** Reads the JSON body and checks it against the schema, which the step can be asked for. */
export const json = <T>(schema: z.ZodType<T>) => {
  const read = async (exchange: HttpExchange): Promise<{ readonly input: T }> => {
    const { request } = exchange;
    if (mediaType(exchange) !== "application/json" || request.header("content-encoding") !== undefined)
      throw new AuthError("unsupported_media_type");
    const value = parseJson(await request.readBody());
    requireFitJson(value);
    return { input: parseAuthInput(schema, value) };
  };
  return Object.assign(read, { body: schema });
};

/** Reads the query against the schema, which the step can be asked for; a repeated name is refused. */
export const query = <T>(schema: z.ZodType<T>) => {
  const read = ({ request }: HttpExchange): { readonly input: T } => {
    const names = [...request.query.keys()];
    const repeated = names.find((name, index) => names.indexOf(name) !== index);
    if (repeated !== undefined)
      throw new AuthError("invalid_request", {
        issues: [{ field: repeated.slice(0, 100), expected: "to be sent once" }],
      });
    return { input: parseAuthInput(schema, Object.fromEntries(request.query)) };
  };
  return Object.assign(read, { query: schema });
};
