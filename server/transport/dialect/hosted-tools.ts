import type { WebSearch } from "../../contracts/ai/web-search.ts";
import {
  defaultSearches,
  maxSearches,
  searchesOf,
  WebSearch as WebSearchInput,
} from "../../contracts/ai/web-search.ts";
import { NexusError } from "../../errors.ts";
import { present } from "./present.ts";

/** A tool that a vendor would run, as a request declares it. */
type HostedTool = Readonly<Record<string, unknown>>;

const refuse = (field: string, why: string, expected: string): never => {
  throw new NexusError("CAPABILITY_MISSING", {
    message: `${field} is not offered here: ${why}.`,
    issues: [{ field, expected }],
  });
};

const unpriced = "what a tool that the vendor runs costs cannot be known beforehand";

/** Settings of a search that change neither its price nor what is read at most. */
const requireSettings = (tool: HostedTool, field: string, known: readonly string[]): void => {
  for (const [name, value] of Object.entries(tool))
    if (value !== null && value !== undefined && !known.includes(name))
      refuse(`${field}.${name}`, "of a search of the web, only settings that are known to cost nothing pass", "absent");
};

const recordOf = (value: unknown): HostedTool =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};

/** Checks what was asked for, naming the field of the request that says it. */
const searchOf = (asked: HostedTool, field: string, names: Readonly<Record<string, string>>): WebSearch => {
  const parsed = WebSearchInput.safeParse(present(asked));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const [first = "", ...rest] = (issue?.path ?? []).map(String);
  throw new NexusError("INVALID_INPUT", {
    issues: [
      {
        field: [names[first] ?? `${field}.${first}`, ...rest].join("."),
        expected: first === "maxUses" ? `a whole number from 1 to ${maxSearches}` : (issue?.message ?? "a search"),
      },
    ],
  });
};

const locationOf = (value: unknown): unknown => {
  if (value === null || value === undefined) return undefined;
  const { type: _type, ...place } = recordOf(value);
  return present(place);
};

/** A search of OpenAI's responses. Its uses are bounded by the request's `max_tool_calls`. */
export const openAiSearch = (tool: HostedTool, field: string, maxToolCalls?: number | null): WebSearch => {
  const known = ["type", "filters", "search_context_size", "user_location", "external_web_access"];
  requireSettings(tool, field, known);
  const filters = recordOf(tool["filters"]);
  requireSettings(filters, `${field}.filters`, ["allowed_domains", "blocked_domains"]);
  const asked = {
    maxUses: maxToolCalls ?? undefined,
    allowedDomains: filters["allowed_domains"] ?? undefined,
    blockedDomains: filters["blocked_domains"] ?? undefined,
    contextSize: tool["search_context_size"] ?? undefined,
    userLocation: locationOf(tool["user_location"]),
  };
  return searchOf(asked, field, { maxUses: "max_tool_calls", contextSize: `${field}.search_context_size` });
};

/** A search of Anthropic's messages. What code makes of its results is read as often as the code likes. */
export const anthropicSearch = (tool: HostedTool, field: string): WebSearch => {
  const known = ["type", "name", "max_uses", "allowed_domains", "blocked_domains", "user_location"];
  requireSettings(tool, field, [...known, "cache_control", "allowed_callers", "strict"]);
  const plain = tool["type"] === "web_search_20250305";
  const callers = tool["allowed_callers"];
  const direct = Array.isArray(callers) && callers.every((caller) => caller === "direct");
  if (!direct && (!plain || (callers ?? null) !== null))
    refuse(
      `${field}.allowed_callers`,
      "results that code looks through first are read as often as the code likes",
      '["direct"], or the type web_search_20250305',
    );
  const asked = {
    maxUses: tool["max_uses"] ?? undefined,
    allowedDomains: tool["allowed_domains"] ?? undefined,
    blockedDomains: tool["blocked_domains"] ?? undefined,
    userLocation: locationOf(tool["user_location"]),
  };
  return searchOf(asked, field, { maxUses: `${field}.max_uses` });
};

/** A tool that Google runs, by its name in camel case: its search, which is billed by the prompt, or none. */
export const googleSearch = (name: string, settings: unknown, field: string): WebSearch => {
  if (name !== "googleSearch") return refuse(field, unpriced, "absent");
  requireSettings(recordOf(settings), field, ["timeRangeFilter"]);
  return {};
};

/** `web_search_options` of OpenAI's chat completions. */
export const chatSearch = (options: HostedTool, field: string): WebSearch => {
  requireSettings(options, field, ["search_context_size", "user_location"]);
  const location = recordOf(options["user_location"]);
  const asked = {
    contextSize: options["search_context_size"] ?? undefined,
    userLocation: locationOf(location["approximate"]),
  };
  return searchOf(asked, field, { contextSize: `${field}.search_context_size` });
};

/** The one search of a request; a second would be bounded by itself. */
export const onlySearch = (
  searches: readonly { readonly search: WebSearch; readonly field: string }[],
): WebSearch | undefined => {
  const [first, second] = searches;
  if (second !== undefined) refuse(second.field, "a request has one search of the web", "absent");
  return first?.search;
};

/** What an answer says where the gateway set the most searches, because its caller had not. */
export const cappedSearches = (search: WebSearch | undefined): readonly string[] =>
  search === undefined || search.maxUses !== undefined
    ? []
    : [`web search: at most ${defaultSearches}, as none was stated`];

/** What a search says of a request's size, and of what it needs. */
export const sizeOfSearch = (search: WebSearch | undefined): { readonly searches?: number } => {
  const searches = searchesOf(search);
  return searches === undefined ? {} : { searches };
};
