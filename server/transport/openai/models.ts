import { ai, type ModelInfo } from "../../contracts/ai.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { DoorReply } from "../door-request.ts";

/** The models a caller may use. */
export type ModelsSource = (ctx: CallContext) => readonly ModelInfo[] | Promise<readonly ModelInfo[]>;

const modelObject = ({ id, vendor, operations, contextWindow, credentialTier, prices }: ModelInfo) => ({
  id,
  object: "model",
  // No vendor's catalogue says when a model was made.
  created: 0,
  owned_by: vendor,
  nexus: { operations, contextWindow, credentialTier, prices },
});

const reply = (body: unknown, ctx: CallContext): DoorReply => ({
  status: 200,
  headers: { "content-type": "application/json", "cache-control": "no-store", "x-request-id": ctx.requestId },
  body: JSON.stringify(body),
});

const modelsFor = (source: ModelsSource, ctx: CallContext): ReturnType<ModelsSource> => {
  const { permission } = ai.models;
  if (ctx.permissions.has(permission)) return source(ctx);
  throw new NexusError("SCOPE_DENIED", {
    message: `${ai.models.id} needs the permission ${permission}.`,
    details: { permission },
  });
};

/** GET /v1/models. */
export const listModels = async (source: ModelsSource, ctx: CallContext): Promise<DoorReply> => {
  const models = await modelsFor(source, ctx);
  return reply({ object: "list", data: models.map(modelObject) }, ctx);
};

/** GET /v1/models/{id}: by its full name, or by a bare id that only one vendor has. */
export const getModel = async (source: ModelsSource, ctx: CallContext, id: string): Promise<DoorReply> => {
  const models = await modelsFor(source, ctx);
  const exact = models.find((model) => model.id === id);
  const named = exact ? [exact] : models.filter(({ model }) => model === id);
  const [found] = named;
  if (found && named.length === 1) return reply(modelObject(found), ctx);
  if (!found)
    throw new NexusError("MODEL_UNKNOWN", { issues: [{ field: "model", expected: "a model of GET /v1/models" }] });
  throw new NexusError("INVALID_INPUT", {
    message: "Several vendors have a model of this name.",
    issues: [{ field: "model", expected: "vendor/model" }],
    details: { candidates: named.map((model) => model.id) },
  });
};
