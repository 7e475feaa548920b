import { NexusError } from "../../errors.ts";
import type { DoorRequest } from "../door-request.ts";
import type { WireObject } from "../../domain/responses/index.ts";

/** A page of a list. */
export interface Page {
  readonly after: string | undefined;
  readonly limit: number;
  readonly order: "asc" | "desc";
}

const invalid = (field: string, expected: string): NexusError =>
  new NexusError("INVALID_INPUT", { issues: [{ field, expected }] });

/** OpenAI's parameters of lists: 20 items of at most 100, the latest first. */
export const pageIn = ({ query }: Pick<DoorRequest, "query">): Page => {
  const limit = query.get("limit") ?? "20";
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > 100) throw invalid("limit", "1 to 100");
  const order = query.get("order") ?? "desc";
  if (order !== "asc" && order !== "desc") throw invalid("order", "asc or desc");
  const after = query.get("after") ?? undefined;
  if (after !== undefined && after.length > 256) throw invalid("after", "the id of an item");
  return { after, limit: Number(limit), order };
};

const idOf = (item: WireObject | undefined): string | null => (typeof item?.["id"] === "string" ? item["id"] : null);

/** An item as OpenAI tells it: words are always parts. */
const toldItem = (item: WireObject): WireObject => {
  const { content, role } = item;
  if (item["type"] !== "message" || typeof content !== "string") return item;
  const part =
    role === "assistant"
      ? { type: "output_text", text: content, annotations: [], logprobs: [] }
      : { type: "input_text", text: content };
  return { status: "completed", ...item, content: [part] };
};

/** A list as OpenAI writes it. */
export const keptList = (items: readonly WireObject[], more: boolean) => ({
  object: "list",
  data: items.map(toldItem),
  first_id: idOf(items[0]),
  last_id: idOf(items.at(-1)),
  has_more: more,
});

/** A page of items that are all at hand, oldest first. */
export const keptPage = (all: readonly WireObject[], { after, limit, order }: Page) => {
  const sorted = order === "asc" ? all : [...all].reverse();
  const from = after === undefined ? 0 : sorted.findIndex((item) => item["id"] === after) + 1;
  if (after !== undefined && from === 0) throw invalid("after", "the id of an item of this list");
  return keptList(sorted.slice(from, from + limit), sorted.length > from + limit);
};
