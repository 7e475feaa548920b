import { z } from "zod";
import { NexusError } from "../../errors.ts";
import { fieldIssues } from "../../platform/field-issues.ts";
import { MessagesTool } from "./messages-tool.ts";

/** What a conversation changes about its tools, where it stands between the messages. */
export type ToolChange =
  | { readonly change: "define"; readonly tool: MessagesTool }
  | { readonly change: "add" | "remove"; readonly name: string };

interface Held {
  readonly content?: unknown;
}

const Reference = z.looseObject({ type: z.literal("tool_reference"), name: z.string().max(256) });

/** Of MCP's servers there are none here, so that what names one passes to be refused. */
const Change = z.looseObject({
  type: z.enum(["tool_addition", "tool_removal"]),
  tool: z.union([
    Reference,
    z.looseObject({ type: z.literal("tool_definition"), definition: MessagesTool }),
    z.looseObject({ type: z.literal(["mcp_tool_reference", "mcp_toolset_reference"]) }),
  ]),
});

const isChange = (block: unknown): boolean =>
  typeof block === "object" &&
  block !== null &&
  "type" in block &&
  (block.type === "tool_addition" || block.type === "tool_removal");

const changeIn = (block: unknown, field: string): readonly ToolChange[] => {
  const parsed = Change.safeParse(block);
  if (!parsed.success) {
    const issues = fieldIssues(parsed.error.issues);
    throw new NexusError("INVALID_INPUT", {
      issues: issues.map((issue) => ({ ...issue, field: `${field}.${issue.field}` })),
    });
  }
  const { type, tool } = parsed.data;
  if ("definition" in tool) return [{ change: "define", tool: MessagesTool.parse(tool.definition) }];
  if ("name" in tool && typeof tool.name === "string")
    return [{ change: type === "tool_addition" ? "add" : "remove", name: tool.name }];
  return [];
};

/** The changes of a block: its own, or those that a summary of earlier messages carries on. */
const changesOf = (block: unknown, field: string): readonly ToolChange[] => {
  if (isChange(block)) return changeIn(block, field);
  if (typeof block !== "object" || block === null || !("type" in block) || block.type !== "compaction") return [];
  const changes = "tool_changes" in block ? block.tool_changes : undefined;
  return Array.isArray(changes)
    ? changes.flatMap((change: unknown, at) => changeIn(change, `${field}.tool_changes.${at}`))
    : [];
};

/**
 * Tools that a conversation defines, offers and withdraws along the way. A definition is held to what the request's own
 * tools are: one that the vendor would run is refused here, too.
 */
export const toolsInMessages = (messages: readonly Held[]): readonly ToolChange[] =>
  messages.flatMap(({ content }, at) =>
    Array.isArray(content)
      ? content.flatMap((block: unknown, n) => changesOf(block, `messages.${at}.content.${n}`))
      : [],
  );
