import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import {
  addConversationItems,
  createConversation,
  deleteConversation,
  deleteConversationItem,
  getConversation,
  getConversationItem,
  keepingBounds,
  listConversationItems,
  keeperOf,
  setConversationMetadata,
  type KeptConversation,
} from "../../domain/responses/index.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { maxBodyBytes } from "../dialect/answer-in-dialect.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { readJson } from "../read-json.ts";
import { keptReply, requireUse, type KeptDoorDeps } from "../kept-answers/index.ts";
import { keptList, pageIn } from "./kept-pages.ts";
import { ResponseMetadata, ResponseItem } from "./responses-request.ts";

const items = z.array(ResponseItem).max(keepingBounds.itemsAtOnce);

/** Body of POST /v1/conversations. */
export const NewConversation = z.strictObject({ items: items.nullish(), metadata: ResponseMetadata.nullish() });
/** Body of POST /v1/conversations/{id}. */
export const ChangedConversation = z.strictObject({ metadata: ResponseMetadata });
/** Body of POST /v1/conversations/{id}/items. */
export const NewItems = z.strictObject({ items: items.min(1) });

const conversationOf = ({ id, createdAt, metadata }: KeptConversation) => ({
  id,
  object: "conversation",
  created_at: Math.floor(createdAt.getTime() / 1_000),
  metadata,
});

const notHere = (request: DoorRequest, allow: readonly string[]): NexusError =>
  new NexusError("METHOD_NOT_ALLOWED", {
    message: `${request.path} answers to ${allow.join(" and ")}.`,
    details: { allow: [...allow] },
  });

const parts = (path: string): readonly string[] =>
  path
    .split("/")
    .slice(3)
    .map((part) => part.slice(0, 300));

/** OpenAI's conversations: `/v1/conversations`. They are kept here, and cost nothing. */
export const createConversationsDoor =
  ({ gateway, deps }: KeptDoorDeps) =>
  async (request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
    await requireUse(gateway, ctx);
    const owner = keeperOf(ctx);
    const { method } = request;
    const [id, member, itemId, ...more] = parts(request.path);
    const body = async (): Promise<unknown> => readJson(request, maxBodyBytes);
    if (id === undefined) {
      if (method !== "POST") throw notHere(request, ["POST"]);
      const asked = parseInput(NewConversation, await body());
      const made = await createConversation(deps, owner, { items: asked.items ?? [], metadata: asked.metadata ?? {} });
      return keptReply(conversationOf(made), ctx);
    }
    if (more.length > 0 || (member !== undefined && member !== "items")) throw new NexusError("NOT_FOUND");
    if (member === undefined) {
      switch (method) {
        case "GET":
          return keptReply(conversationOf(await getConversation(deps, owner, id)), ctx);
        case "POST": {
          const { metadata } = parseInput(ChangedConversation, await body());
          return keptReply(conversationOf(await setConversationMetadata(deps, owner, id, metadata)), ctx);
        }
        case "DELETE":
          await deleteConversation(deps, owner, id);
          return keptReply({ id, object: "conversation.deleted", deleted: true }, ctx);
        default:
          throw notHere(request, ["GET", "POST", "DELETE"]);
      }
    }
    if (itemId === undefined) {
      switch (method) {
        case "GET": {
          const page = await listConversationItems(deps, owner, id, pageIn(request));
          return keptReply(keptList(page.items, page.more), ctx);
        }
        case "POST": {
          const added = parseInput(NewItems, await body());
          return keptReply(keptList(await addConversationItems(deps, owner, id, added.items), false), ctx);
        }
        default:
          throw notHere(request, ["GET", "POST"]);
      }
    }
    switch (method) {
      case "GET":
        return keptReply(await getConversationItem(deps, owner, id, itemId), ctx);
      case "DELETE":
        return keptReply(conversationOf(await deleteConversationItem(deps, owner, id, itemId)), ctx);
      default:
        throw notHere(request, ["GET", "DELETE"]);
    }
  };
