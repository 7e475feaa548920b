import { ai } from "../../contracts/ai.ts";
import type { ModelInfo } from "../../contracts/ai/models.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { ModelName } from "../../contracts/model-name.ts";
import { NexusError } from "../../errors.ts";
import { anthropicErrorReply, speaksAnthropic } from "../anthropic/index.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { openAiErrorReply } from "../openai/index.ts";
import { anthropicModel, anthropicPage } from "./anthropic-models.ts";
import { openAiModel, openAiPage } from "./openai-models.ts";

/** The models a caller may use, listed and by name. */
export interface ModelsSource {
  readonly list: (ctx: CallContext) => readonly ModelInfo[];
  /** The model that a call in this dialect would reach by this name; throws what the call would. */
  readonly find: (ctx: CallContext, name: string, dialect: string) => ModelInfo;
}

/** One vendor's way of telling of models. */
interface ModelsDialect {
  readonly id: string;
  readonly page: (models: readonly ModelInfo[], query: URLSearchParams) => unknown;
  readonly model: (model: ModelInfo) => unknown;
  /** Whether a call through this dialect's doors can reach the model. */
  readonly reaches: (model: ModelInfo) => boolean;
}

const openAi: ModelsDialect = { id: "openai.chat", page: openAiPage, model: openAiModel, reaches: () => true };

const anthropic: ModelsDialect = {
  id: "anthropic.messages",
  page: anthropicPage,
  model: anthropicModel,
  reaches: ({ operations }) => operations.includes(ai.generateText.id),
};

const path = "/v1/models";

/** The slash of `vendor/model` may come escaped. */
const nameIn = (request: DoorRequest): string => {
  let name: string | undefined;
  try {
    name = decodeURIComponent(request.path.slice(path.length + 1));
  } catch {
    name = undefined;
  }
  const parsed = ModelName.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new NexusError("INVALID_INPUT", { issues: [{ field: "model", expected: "a model of GET /v1/models" }] });
};

const requirePermission = ({ permissions }: CallContext): void => {
  const { permission, id } = ai.models;
  if (permissions.has(permission)) return;
  throw new NexusError("SCOPE_DENIED", {
    message: `${id} needs the permission ${permission}.`,
    details: { permission },
  });
};

const reply = (body: unknown, ctx: CallContext): DoorReply => ({
  status: 200,
  headers: { "content-type": "application/json", "cache-control": "no-store", "x-request-id": ctx.requestId },
  body: JSON.stringify(body),
});

/** GET /v1/models and /v1/models/{id}, in the caller's dialect. Lists the models for which there is a credential. */
export const createModelsDoor =
  (models: ModelsSource) =>
  async (request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
    if (request.method !== "GET")
      throw new NexusError("METHOD_NOT_ALLOWED", {
        message: `${path} answers to GET.`,
        details: { allow: ["GET"] },
      });
    requirePermission(ctx);
    const dialect = speaksAnthropic(request) ? anthropic : openAi;
    if (request.path !== path) return reply(dialect.model(models.find(ctx, nameIn(request), dialect.id)), ctx);
    const callable = models.list(ctx).filter((model) => model.credentialTier !== null && dialect.reaches(model));
    return reply(dialect.page(callable, request.query), ctx);
  };

/** Errors of the same door, in the same shape. */
export const modelsErrorReply = (error: NexusError, requestId: string, request: DoorRequest): DoorReply =>
  (speaksAnthropic(request) ? anthropicErrorReply : openAiErrorReply)(error, requestId);
