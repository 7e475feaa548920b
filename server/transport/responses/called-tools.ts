import type { Tool } from "../../contracts/ai/message.ts";
import { invalidField, notTranslatable, type Warn } from "../dialect/translation-limits.ts";
import type { ResponsesRequest, ResponseTool } from "./responses-request.ts";

/** A tool as the caller knows it. */
export interface CalledTool {
  readonly kind: "function" | "custom";
  readonly name: string;
  readonly namespace: string | undefined;
}

/** Read from a JSON body, so JSON all the way down. */
const asSchema = (schema: Record<string, unknown>): Tool["inputSchema"] => schema as Tool["inputSchema"];

/** What other vendors are asked for in place of a tool that takes free text. */
const freeText: Tool["inputSchema"] = {
  type: "object",
  properties: { input: { type: "string", description: "The whole input of the tool, as plain text" } },
  required: ["input"],
  additionalProperties: false,
};

const grammarOf = ({ format }: Pick<ResponseTool, "format">): string =>
  format?.type === "grammar" && typeof format["definition"] === "string"
    ? `The input must follow this grammar (${String(format["syntax"])}):\n${format["definition"]}`
    : "";

interface Declared extends Pick<ResponseTool, "description" | "parameters" | "strict" | "format"> {
  readonly type: "function" | "custom";
}

const toolOf = (name: string, declared: Declared): Tool => {
  const { description, parameters, strict } = declared;
  if (declared.type === "custom") {
    const told = [description ?? "", grammarOf(declared)].filter((one) => one !== "").join("\n\n");
    return { name, ...(told === "" ? {} : { description: told.slice(0, 32_768) }), inputSchema: freeText };
  }
  return {
    name,
    ...(typeof description === "string" ? { description } : {}),
    inputSchema: asSchema(parameters ?? { type: "object", properties: {} }),
    ...(typeof strict === "boolean" ? { strict } : {}),
  };
};

/** The name under which other vendors know a tool of a namespace. */
export const flatToolName = (name: string, namespace: string | undefined): string =>
  namespace === undefined ? name : `${namespace}__${name}`;

/** The tools of a request under the names by which vendors without namespaces and free text call them. */
export class CalledTools {
  readonly tools: readonly Tool[];
  readonly #byName = new Map<string, CalledTool>();

  constructor({ tools }: Pick<ResponsesRequest, "tools">, warn: Warn) {
    const declared: Tool[] = [];
    const add = (tool: Declared, name: string, namespace: string | undefined, field: string): void => {
      const flat = flatToolName(name, namespace);
      if (this.#byName.has(flat)) throw invalidField(`${field}.name`, "a name that no other tool has");
      if (flat.length > 128) throw invalidField(`${field}.name`, "at most 128 characters together with its namespace");
      if (tool.format?.type === "grammar") warn("tools.format: the vendor is told the grammar, and not held to it");
      this.#byName.set(flat, { kind: tool.type, name, namespace });
      declared.push(toolOf(flat, tool));
    };
    for (const [at, tool] of (tools ?? []).entries()) {
      const { type, name = "" } = tool;
      const field = `tools.${at}`;
      if (type === "function" || type === "custom") add({ ...tool, type }, name, undefined, field);
      else if (type === "web_search" || type === "web_search_2025_08_26") continue;
      else if (type !== "namespace") throw notTranslatable(`A tool of type ${type}`);
      else
        for (const [place, inner] of (tool.tools ?? []).entries())
          add(inner, inner.name, name, `${field}.tools.${place}`);
    }
    this.tools = declared;
  }

  /** By the name that a vendor called. */
  calledBy(name: string): CalledTool {
    return this.#byName.get(name) ?? { kind: "function", name, namespace: undefined };
  }
}

/** The text that a tool of free text was called with; whatever else a model wrote, as it wrote it. */
export const freeTextOf = (input: string): string => {
  try {
    const parsed: unknown = JSON.parse(input);
    if (typeof parsed === "object" && parsed !== null && "input" in parsed && typeof parsed.input === "string")
      return parsed.input;
  } catch {
    // No JSON: then it is the text itself.
  }
  return input;
};
