import type { LanguageModelV4CallOptions, LanguageModelV4ProviderTool } from "@ai-sdk/provider";
import type { GenerateTextInput } from "../types.ts";
import { presentFields } from "./present-fields.ts";

/** What a model may look up on the web, and how often. */
export type NexusWebSearch = NonNullable<GenerateTextInput["webSearch"]>;

const searchTool = /^(anthropic\.web_search_\d{8}|openai\.web_search|google\.google_search)$/;

/** A search of another provider's, which Nexus has at any vendor that can. */
export const isSearchTool = ({ id }: Pick<LanguageModelV4ProviderTool, "id">): boolean => searchTool.test(id);

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};

/** The settings that the providers' searches have in common, in Nexus's words. */
const settingsOf = ({ args }: LanguageModelV4ProviderTool): unknown => {
  const { type: _approximate, ...place } = recordOf(args["userLocation"]);
  const filters = recordOf(args["filters"]);
  return presentFields({
    maxUses: args["maxUses"],
    allowedDomains: args["allowedDomains"] ?? filters["allowedDomains"],
    blockedDomains: args["blockedDomains"] ?? filters["blockedDomains"],
    contextSize: args["searchContextSize"],
    userLocation: Object.keys(place).length === 0 ? undefined : place,
  });
};

/** The search that a call asks for: in `providerOptions.nexus.webSearch`, or by a search tool of a provider. */
export const webSearchOf = ({
  tools = [],
  providerOptions,
}: LanguageModelV4CallOptions): Pick<GenerateTextInput, "webSearch"> => {
  const tool = tools.find((one) => one.type === "provider" && isSearchTool(one));
  const asked: unknown =
    providerOptions?.["nexus"]?.["webSearch"] ?? (tool?.type === "provider" ? settingsOf(tool) : undefined);
  // What does not fit is refused where it arrives, by the field's name.
  return asked === undefined ? {} : { webSearch: JSON.parse(JSON.stringify(asked)) };
};
