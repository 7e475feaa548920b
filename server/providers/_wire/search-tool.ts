import type { LanguageModelV4ProviderTool } from "@ai-sdk/provider";
import type { WebSearch } from "../../contracts/ai/web-search.ts";

/** What a vendor's adapter calls its search, and how it is set. */
export type SearchTool = (search: WebSearch) => Pick<LanguageModelV4ProviderTool, "id" | "name" | "args">;

/** Where a search is made from, as the adapters of several vendors take it. */
export const roughly = (
  userLocation: WebSearch["userLocation"],
): { readonly userLocation?: { readonly type: "approximate" } & WebSearch["userLocation"] } =>
  userLocation === undefined ? {} : { userLocation: { type: "approximate", ...userLocation } };
