import { docsTools } from "./docs-tools.ts";
import type { McpTool } from "./mcp-tool.ts";
import { procedureTools } from "./procedure-tools.ts";

let tools: readonly McpTool[] | undefined;

/** Every tool; their schemas are written once, when somebody first asks. */
export const mcpTools = (): readonly McpTool[] => (tools ??= [...procedureTools(), ...docsTools]);
