import type { CallContext } from "../../contracts/call-context.ts";
import { deleteResponse, keeperOf, readInputItems, responseKind, rowIdOf } from "../../domain/responses/index.ts";
import { NexusError } from "../../errors.ts";
import { maxBodyBytes } from "../dialect/answer-in-dialect.ts";
import { asRecord } from "../dialect/as-record.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { readSizedJson } from "../read-json.ts";
import { upgradeReply } from "../upgrade-reply.ts";
import {
  BackgroundRuns,
  cancelAnswer,
  keptReply,
  openRunningDoor,
  requireUse,
  type KeptDoorDeps,
} from "../kept-answers/index.ts";
import { createBackgroundResponse } from "./create-background-response.ts";
import { createResponse } from "./create-response.ts";
import { keptPage, pageIn } from "./kept-pages.ts";
import { retrieveResponse } from "./retrieve-response.ts";
import { serveResponsesSocket } from "./responses-socket.ts";
import { parseResponsesRequest } from "./responses-request.ts";

const notHere = (request: DoorRequest, ...allow: readonly string[]): NexusError =>
  new NexusError("METHOD_NOT_ALLOWED", {
    message: `${request.path} answers to ${allow.join(" and ")}.`,
    details: { allow: [...allow] },
  });

/** OpenAI's responses: `/v1/responses`. Errors are thrown, to be encoded by `openAiErrorReply`. */
export const createResponsesDoor = (
  outer: KeptDoorDeps,
  backgroundTimeoutMs: number,
  runs = new BackgroundRuns(outer.deps),
): ((request: DoorRequest, ctx: CallContext) => Promise<DoorReply>) => {
  const door = openRunningDoor(outer, backgroundTimeoutMs, runs);
  return async (request, ctx) => {
    const { method } = request;
    const [id, member, ...more] = request.path.split("/").slice(3);
    if (id === undefined) {
      if (method === "GET") {
        await requireUse(door.gateway, ctx);
        return upgradeReply({ ctx, serve: serveResponsesSocket });
      }
      if (method !== "POST") throw notHere(request, "GET", "POST");
      const { value, byteLength } = await readSizedJson(request, maxBodyBytes);
      const asked = parseResponsesRequest(value);
      const create = asked.background === true ? createBackgroundResponse : createResponse;
      return create(door, { body: asRecord(value), asked, byteLength, request }, ctx);
    }
    await requireUse(door.gateway, ctx);
    const owner = keeperOf(ctx);
    if (member === undefined) {
      if (method === "GET") return retrieveResponse(door, request, id, ctx);
      if (method !== "DELETE") throw notHere(request, "GET", "DELETE");
      await deleteResponse(door.deps, owner, responseKind, id);
      // Nobody can read it any more.
      await door.runs.get(rowIdOf("resp", id) ?? "")?.cancel();
      return keptReply({ id, object: "response", deleted: true }, ctx);
    }
    if (member === "cancel" && more.length === 0) {
      if (method !== "POST") throw notHere(request, "POST");
      return keptReply(await cancelAnswer(door, responseKind, { request, id }, ctx), ctx);
    }
    if (member === "input_items" && more.length === 0) {
      if (method !== "GET") throw notHere(request, "GET");
      return keptReply(keptPage(await readInputItems(door.deps, owner, id), pageIn(request)), ctx);
    }
    throw new NexusError("NOT_FOUND", { message: `There is no ${request.path.slice(0, 200)} here.` });
  };
};
