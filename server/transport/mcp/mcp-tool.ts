import type { Tool } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { portablePattern } from "../portable-pattern.ts";
import type { ProcedureDeps } from "../trpc/procedure-deps.ts";
import type { Documentation } from "./documentation.ts";

/** What tools work with: the procedures of every API surface, and the documentation. */
export interface ToolDeps {
  readonly procedures: ProcedureDeps;
  readonly documentation: Documentation;
}

/** The JSON Schema of an object. */
export type ObjectSchema = Tool["inputSchema"];

/** What an assistant can call. None of them changes anything. */
export interface McpTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: ObjectSchema;
  readonly outputSchema: ObjectSchema;
  /** Any one of them; empty where no permission is needed. */
  readonly permissions: readonly string[];
  /** What to change for a shorter answer: a field of the input, and how. */
  readonly shorter: { readonly field: string; readonly expected: string };
  /** The input is as the assistant wrote it. */
  readonly run: (input: unknown, caller: { readonly deps: ToolDeps; readonly ctx: CallContext }) => Promise<unknown>;
}

const isObjectSchema = (schema: unknown): schema is ObjectSchema =>
  typeof schema === "object" && schema !== null && "type" in schema && schema.type === "object";

/** The JSON Schema of a contract, which is always an object's. */
export const objectSchemaOf = (schema: z.ZodType, io: "input" | "output"): ObjectSchema => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema }) => {
      if (typeof jsonSchema.pattern === "string") jsonSchema.pattern = portablePattern(jsonSchema.pattern);
    },
  });
  if (!isObjectSchema(json)) throw new Error("A tool takes and answers objects.");
  return json;
};
