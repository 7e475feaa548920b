import type { Source } from "../../contracts/ai/web-search.ts";

const idStart = "srvtoolu_nexus_";

/** A search that another vendor made, with the pages it found, as Anthropic's own is told. */
export const searchBlocks = (sources: readonly Source[], operationId: string): readonly object[] => {
  const found = sources.filter(({ url }) => url !== undefined);
  if (found.length === 0) return [];
  const id = `${idStart}${operationId.replaceAll("-", "")}`;
  return [
    { type: "server_tool_use", id, name: "web_search", input: { query: "" } },
    {
      type: "web_search_tool_result",
      tool_use_id: id,
      content: found.map(({ url, title }) => ({
        type: "web_search_result",
        url,
        title: title ?? url,
        encrypted_content: "",
        page_age: null,
      })),
    },
  ];
};

const startsAsOurs = (id: unknown): boolean => typeof id === "string" && id.startsWith(idStart);

/** Whether a block of a conversation is one of these, which Anthropic could not read. */
export const isForeignSearch = (block: object): boolean =>
  ("id" in block && startsAsOurs(block.id)) || ("tool_use_id" in block && startsAsOurs(block.tool_use_id));
