import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { CallingClient } from "../http/steps.ts";
import { isRefusal } from "../validation/refusal.ts";
import { validateApiKey } from "../validation/validate-api-key.ts";
import { apiKeyAnswer } from "./api-key-answer.ts";
import { mayHandle, type KeyAuthority } from "./key-authority.ts";
import { findApiKeyRow, listApiKeyRows, revokeApiKey, type ApiKeyRow } from "./store.ts";

export interface HandleKey extends HttpExchange, Params {
  readonly authority: KeyAuthority;
}

/** The key of the path; one the caller may not handle looks like none. */
export const findKey = async ({ context, params, authority }: HandleKey): Promise<ApiKeyRow> => {
  const key = await findApiKeyRow(context.db, params.id ?? "");
  if (!key || !mayHandle(authority, key)) throw new AuthError("api_key_not_found");
  return key;
};

export const getApiKey = async (exchange: HandleKey): Promise<HttpAnswer> =>
  okAnswer(apiKeyAnswer(await findKey(exchange)));

export const endApiKey = async (exchange: HandleKey): Promise<HttpAnswer> => {
  const { context, request, authority } = exchange;
  const key = await findKey(exchange);
  const outcome = await revokeApiKey(context.db, key, {
    revokedBy: authority.userId,
    mayEndSuspended: authority.platformBypass,
    actor: { actorType: "user", actorId: authority.userId, ip: request.ip, requestId: request.requestId },
    now: new Date(context.clock.now()),
  });
  if (outcome === "suspended") throw new AuthError("workspace_suspended");
  return okAnswer({ id: key.id, revoked: outcome === "revoked" });
};

export const ListApiKeysQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  after: z
    .string()
    .regex(/^key_[0-9a-f]{32}$/)
    .optional(),
});
export type ListApiKeysQuery = z.infer<typeof ListApiKeysQuery>;

export const listApiKeys = async ({
  context,
  authority,
  input,
}: HttpExchange & {
  readonly authority: KeyAuthority;
  readonly input: ListApiKeysQuery;
}): Promise<HttpAnswer> => {
  const keys = await listApiKeyRows(context.db, {
    organizationId: authority.organization.id,
    ownerUserId: authority.all ? undefined : authority.userId,
    after: input.after,
    limit: input.limit,
  });
  return okAnswer({
    apiKeys: keys.map(apiKeyAnswer),
    nextAfter: keys.length === input.limit ? (keys.at(-1)?.id ?? null) : null,
  });
};

export const ValidateApiKeyInput = z.strictObject({ apiKey: z.string().min(1).max(8_192) });
export type ValidateApiKeyInput = z.infer<typeof ValidateApiKeyInput>;

/** For a service that was handed a key: 200 with the answer, or with `valid: false` and the reason. */
export const answerApiKeyValidation = async ({
  context,
  client,
  input,
}: HttpExchange & {
  readonly client: CallingClient;
  readonly input: ValidateApiKeyInput;
}): Promise<HttpAnswer> => {
  const answer = await validateApiKey(context, input.apiKey, client.serviceId);
  return okAnswer(isRefusal(answer) ? { valid: false, code: answer } : answer);
};
