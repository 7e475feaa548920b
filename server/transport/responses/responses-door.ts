import type { CallContext } from "../../contracts/call-context.ts";
import { deleteResponse, keeperOf, readInputItems, readResponse } from "../../domain/responses/index.ts";
import { NexusError } from "../../errors.ts";
import { maxBodyBytes } from "../dialect/answer-in-dialect.ts";
import { asRecord } from "../dialect/as-record.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { openAiErrorReply } from "../openai/index.ts";
import { readSizedJson } from "../read-json.ts";
import { createResponse, type ResponsesDoorDeps } from "./create-response.ts";
import { keptReply, pageIn, keptPage } from "./kept-pages.ts";
import { requireUse } from "./require-use.ts";
import { parseResponsesRequest } from "./responses-request.ts";

const notHere = (request: DoorRequest, ...allow: readonly string[]): NexusError =>
  new NexusError("METHOD_NOT_ALLOWED", {
    message: `${request.path} answers to ${allow.join(" and ")}.`,
    details: { allow: [...allow] },
  });

/** A GET opens a WebSocket, if anything. */
const upgradeReply = ({ requestId }: CallContext): DoorReply => {
  const { headers, body } = openAiErrorReply(
    new NexusError("INVALID_INPUT", { message: "Open a WebSocket here, or send a request by POST." }),
    requestId,
  );
  return { status: 426, headers: { ...headers, upgrade: "websocket" }, body };
};

/** OpenAI's responses: `/v1/responses`. Errors are thrown, to be encoded by `openAiErrorReply`. */
export const createResponsesDoor =
  (door: ResponsesDoorDeps) =>
  async (request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
    const { method } = request;
    const [id, member, ...more] = request.path.split("/").slice(3);
    if (id === undefined) {
      if (method === "GET") {
        await requireUse(door.gateway, ctx);
        return upgradeReply(ctx);
      }
      if (method !== "POST") throw notHere(request, "GET", "POST");
      const { value, byteLength } = await readSizedJson(request, maxBodyBytes);
      const asked = parseResponsesRequest(value);
      return createResponse(door, { body: asRecord(value), asked, byteLength, request }, ctx);
    }
    await requireUse(door.gateway, ctx);
    const owner = keeperOf(ctx);
    if (member === undefined) {
      if (method === "GET") return keptReply((await readResponse(door.deps, owner, id)).response, ctx);
      if (method !== "DELETE") throw notHere(request, "GET", "DELETE");
      await deleteResponse(door.deps, owner, id);
      return keptReply({ id, object: "response", deleted: true }, ctx);
    }
    if (member === "input_items" && more.length === 0) {
      if (method !== "GET") throw notHere(request, "GET");
      return keptReply(keptPage(await readInputItems(door.deps, owner, id), pageIn(request)), ctx);
    }
    throw new NexusError("NOT_FOUND", { message: `There is no ${request.path.slice(0, 200)} here.` });
  };
