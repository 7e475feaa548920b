import {
  findItems,
  readConversation,
  readHistory,
  responseKind,
  type Owner,
  type ResponsesDeps,
  type WireObject,
} from "../../domain/responses/index.ts";
import { NexusError } from "../../errors.ts";
import { invalidField } from "../dialect/translation-limits.ts";
import { conversationOf } from "./response-object.ts";
import { ownItems, ResponseItem, type ResponsesRequest } from "./responses-request.ts";

/** A conversation with what the caller adds to it, nothing of it kept elsewhere. */
export interface ResolvedItems {
  readonly history: readonly ResponseItem[];
  /** What came in with the request, references replaced by what they refer to. */
  readonly own: readonly ResponseItem[];
  /** Of all that the request did not bring itself. */
  readonly addedBytes: number;
}

/** What was kept had the shape of an item when it came. */
const asItem = (kept: WireObject): ResponseItem => {
  const item = ResponseItem.safeParse(kept);
  if (!item.success) throw new NexusError("INTERNAL", { cause: new Error("a kept item is none") });
  return item.data;
};

const bytesOf = (items: readonly ResponseItem[]): number =>
  items.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(items));

const itemGone = (id: string): NexusError =>
  new NexusError("INVALID_INPUT", {
    message: `Item with id '${id}' not found. Items of responses with store: false are not kept.`,
    http: 404,
    issues: [{ field: "input", expected: "items that are kept, or whole items" }],
  });

/** Thinking that only refers to what was encrypted. */
const isBareReasoning = ({ type, encrypted_content: opaque }: ResponseItem): boolean =>
  type === "reasoning" && (opaque === undefined || opaque === null);

const idOf = ({ id }: ResponseItem): string | undefined => (typeof id === "string" ? id : undefined);

const resolveOwn = async (
  deps: ResponsesDeps,
  owner: Owner,
  items: readonly ResponseItem[],
): Promise<{ readonly own: readonly ResponseItem[]; readonly found: readonly ResponseItem[] }> => {
  const ids = items.flatMap((item) =>
    item.type === "item_reference" || isBareReasoning(item) ? (idOf(item) ?? []) : [],
  );
  if (ids.length === 0) return { own: items, found: [] };
  const kept = await findItems(deps, owner, [...new Set(ids)]);
  const found: ResponseItem[] = [];
  const own = items.map((item, at) => {
    const refers = item.type === "item_reference";
    if (!refers && !isBareReasoning(item)) return item;
    const id = idOf(item);
    if (id === undefined) {
      if (refers) throw invalidField(`input.${at}.id`, "the id of an item");
      return item;
    }
    const known = kept.get(id);
    if (known === undefined) {
      if (refers) throw itemGone(id);
      return item;
    }
    const whole = asItem(known);
    found.push(whole);
    return whole;
  });
  return { own, found };
};

/** Gathers the conversation that a request goes on with. Reads the database only where it refers to something kept. */
export const resolveItems = async (
  deps: ResponsesDeps,
  owner: Owner,
  request: ResponsesRequest,
): Promise<ResolvedItems> => {
  const { previous_response_id: previous } = request;
  const conversation = conversationOf(request);
  if (typeof previous === "string" && conversation !== undefined)
    throw invalidField("conversation", "absent beside previous_response_id");
  const kept =
    typeof previous === "string"
      ? await readHistory(deps, owner, responseKind, previous)
      : conversation === undefined
        ? []
        : await readConversation(deps, owner, conversation);
  const history = kept.map(asItem);
  const { own, found } = await resolveOwn(deps, owner, ownItems(request));
  if (history.length + own.length === 0) throw invalidField("input", "a string or a list of items");
  return { history, own, addedBytes: bytesOf(history) + bytesOf(found) };
};
