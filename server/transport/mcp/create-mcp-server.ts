import { ProtocolError, ProtocolErrorCode, Server, type CallToolResult, type Tool } from "@modelcontextprotocol/server";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { release } from "../../platform/release.ts";
import { publicErrorOf } from "../encode-error.ts";
import type { McpTool, ToolDeps } from "./mcp-tool.ts";
import { mcpTools } from "./mcp-tools.ts";

/** More than assistants take in at once is refused, with how to ask for less. */
const mostAnswerBytes = 64_000;

const instructions = `Topolo Nexus is the gateway through which apps call paid APIs (AI, e-mail, payments), with hard budgets and one ledger row a call. These tools read: budgets, usage, calls and why they cost what they did, prices, models, routes, documentation. They show the organization of the credential, within its permissions, and change nothing. Amounts are nano-USD (10⁻⁹ USD) as decimal strings. An error has a code: search_docs explains it.`;

const toListed = ({ name, title, description, inputSchema, outputSchema }: McpTool): Tool => ({
  name,
  title,
  description,
  inputSchema,
  outputSchema,
  annotations: { title, readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
});

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

interface ServedCaller {
  readonly deps: ToolDeps;
  readonly ctx: CallContext;
  /** Hears of every error that a tool answers with, for log and metrics. */
  readonly onError: (error: NexusError) => void;
}

const answerOf = async (
  { run, shorter, name }: McpTool,
  input: unknown,
  { deps, ctx }: ServedCaller,
): Promise<CallToolResult> => {
  const output = await run(input, { deps, ctx });
  const text = JSON.stringify(output);
  if (!isRecord(output)) throw new Error(`${name} answered no object.`);
  const bytes = Buffer.byteLength(text);
  if (bytes > mostAnswerBytes)
    throw new NexusError("INVALID_INPUT", {
      message: `The answer would have ${bytes} bytes, and may have ${mostAnswerBytes}: ask for less.`,
      issues: [shorter],
    });
  return { content: [{ type: "text", text }], structuredContent: output };
};

/** The MCP server of one request: its tools act for one caller. */
export const createMcpServer = (caller: ServedCaller): Server => {
  const { ctx, onError } = caller;
  const server = new Server(
    { name: "topolo-nexus", title: "Topolo Nexus", version: release },
    { capabilities: { tools: {} }, instructions },
  );
  server.setRequestHandler("tools/list", () => ({ tools: mcpTools().map(toListed) }));
  server.setRequestHandler("tools/call", async ({ params }): Promise<CallToolResult> => {
    const tool = mcpTools().find(({ name }) => name === params.name);
    if (!tool)
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `There is no such tool. There are: ${mcpTools()
          .map(({ name }) => name)
          .join(", ")}.`,
      );
    try {
      return await answerOf(tool, params.arguments ?? {}, caller);
    } catch (caught) {
      const error = NexusError.from(caught);
      onError(error);
      // A refusal is for the assistant to read and act upon, so it is an answer of the tool.
      return {
        isError: true,
        content: [{ type: "text", text: JSON.stringify({ error: publicErrorOf(error, ctx.requestId) }) }],
      };
    }
  });
  return server;
};
