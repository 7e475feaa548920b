import { NexusError } from "../../errors.ts";

/**
 * Which tools a request may declare: those that its caller runs. The others (Google Search, Maps, code execution, URLs, file
 * search, MCP servers, computers) are run by the vendor and billed by rules of their own; one of them is offered once its
 * price is known, and this is the place that says so.
 */
export const requireCallersTools = (tools: readonly { readonly type: string }[]): void => {
  for (const [at, { type }] of tools.entries())
    if (type !== "function")
      throw new NexusError("CAPABILITY_MISSING", {
        message: `The tool ${type} is not offered here: what a tool that the vendor runs costs cannot be known beforehand.`,
        issues: [{ field: `tools.${at}.type`, expected: "function, which the caller runs" }],
      });
};
