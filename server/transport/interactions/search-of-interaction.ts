import type { WebSearch } from "../../contracts/ai/web-search.ts";
import { googleSearch, onlySearch } from "../dialect/hosted-tools.ts";

interface DeclaredTool {
  readonly type: string;
  readonly [setting: string]: unknown;
}

const inCamelCase = (name: string): string => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** What a search may say that costs nothing: which of Google's indexes are looked through is not among it. */
const settingsOf = ({ type: _type, search_types: kinds, ...settings }: DeclaredTool): object => ({
  ...settings,
  ...(Array.isArray(kinds) && kinds.every((kind) => kind === "web_search") ? {} : { search_types: kinds }),
});

/**
 * The search of the web that a request declares among the functions that its caller runs; throws for any other tool that
 * Google would run (Maps, code execution, addresses, file search, MCP servers, computers).
 */
export const searchOfInteraction = (tools: readonly DeclaredTool[]): WebSearch | undefined =>
  onlySearch(
    tools.flatMap((tool, at) => {
      if (tool.type === "function") return [];
      const field = `tools.${at}`;
      return [{ search: googleSearch(inCamelCase(tool.type), settingsOf(tool), field), field }];
    }),
  );
