import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import type { Catalogue, CatalogueService, KeyScope } from "../catalogue/catalogue.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import type { Caller } from "../http/steps.ts";
import type { IdentityContext } from "../identity-context.ts";
import { findOrganization } from "../organizations/store.ts";
import { apiKeyAnswer } from "./api-key-answer.ts";
import { chosenEnd } from "./key-lifetime.ts";
import type { KeyAuthority } from "./key-authority.ts";
import { findBindings, AskedBinding } from "./find-bindings.ts";
import { mintApiKey } from "./mint-api-key.ts";
import { findApiKeyRow, insertApiKey, type KeyMaker } from "./store.ts";
import { displayName } from "../../platform/display-name.ts";

export const scopeKeys = z
  .array(
    z
      .string()
      .max(200)
      .regex(/^srv_[a-z0-9_]+\.[a-z][a-z0-9-]*$/, "serviceId.scope"),
  )
  .min(1)
  .max(50);

export const CreateApiKeyInput = z.strictObject({
  name: displayName().min(1),
  scopes: scopeKeys.describe("`serviceId.scope`, for example srv_nexus.ai"),
  serviceId: z.string().max(100).optional().describe("The app to which calls with the key are attributed"),
  environment: z.enum(["live", "test"]).default("live"),
  owner: z
    .enum(["user", "organization"])
    .default("user")
    .describe("A user's key shrinks and ends with the user's rights; an organization's does not"),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
  resourceBindings: z
    .array(AskedBinding)
    .max(100)
    .default([])
    .describe("Resources for which alone the key works; every service of its scopes has at least one"),
});
export type CreateApiKeyInput = z.infer<typeof CreateApiKeyInput>;

interface CreateApiKey extends HttpExchange {
  readonly caller: Caller;
  readonly authority: KeyAuthority;
  readonly input: CreateApiKeyInput;
}

/** An app's calls, budgets and usage are its own: a key counts for it only where it makes the key, or its owner does. */
const requireOwnApp = (caller: Caller, { organization, all, platformBypass }: KeyAuthority, app: CatalogueService) => {
  if (caller.shownServiceId === app.id || platformBypass) return;
  if (all && app.ownerOrganizationId === organization.id) return;
  throw new AuthError("forbidden", {
    message: "A key can only be attributed to the app that creates it or to an app of your organization.",
    issues: [{ field: "serviceId", expected: "no app, or the one you are signed in through" }],
  });
};

export const keyMakerOf = ({
  context: { limits },
  caller: { session },
}: HttpExchange & { readonly caller: Caller }): KeyMaker => ({
  perOrganization: limits.apiKeysPerOrganization,
  perPerson: limits.apiKeysPerPerson,
  userId: session.user.id,
  sessionId: session.sessionId,
});

const invalid = (field: string, expected: string): AuthError =>
  new AuthError("invalid_request", { issues: [{ field, expected }] });

/** The scopes by their keys; each must exist and be offered. */
export const findScopes = ({ scopeByKey }: Catalogue, keys: readonly string[]): KeyScope[] =>
  [...new Set(keys)].map((key) => {
    const scope = scopeByKey.get(key);
    if (!scope || scope.deprecated) throw invalid("scopes", "scopes of the service catalog");
    return scope;
  });

/** Refuses scopes that carry more than the caller holds at this moment. */
export const requireWithinCaller = async (
  context: IdentityContext,
  { session }: Caller,
  scopes: readonly KeyScope[],
): Promise<void> => {
  const held = new Set(
    session.permissionSubject ? (await context.permissions.ofMember(session.permissionSubject)).permissions : [],
  );
  const missing = scopes.flatMap(({ permissions }) => permissions).filter((permission) => !held.has(permission));
  if (missing.length > 0) {
    throw new AuthError("scope_exceeds_permissions", {
      issues: [...new Set(missing)]
        .slice(0, 20)
        .map((permission) => ({ field: "scopes", expected: `you to hold ${permission}` })),
    });
  }
};

/** Makes a key of the session's organization and shows it, once. */
export const createApiKey = async ({
  context,
  request,
  caller,
  authority,
  input,
}: CreateApiKey): Promise<HttpAnswer> => {
  if (input.owner === "organization" && !authority.all) throw new AuthError("forbidden");
  const { organization, userId } = authority;
  const catalogue = await context.catalogues.recent();
  if (input.serviceId !== undefined) {
    const app = catalogue.services.get(input.serviceId);
    if (app?.status !== "active")
      throw new AuthError("unknown_service", { issues: [{ field: "serviceId", expected: "a registered service" }] });
    requireOwnApp(caller, authority, app);
  }
  const scopes = findScopes(catalogue, input.scopes);
  await requireWithinCaller(context, caller, scopes);
  const bindings = await findBindings(context, organization.id, scopes, input.resourceBindings);
  const now = context.clock.now();
  const stored = await findOrganization(context.db, { id: organization.id });
  const { apiKey, row } = mintApiKey({
    organizationId: organization.id,
    ownerUserId: input.owner === "user" ? userId : null,
    serviceId: input.serviceId ?? null,
    name: input.name,
    environment: input.environment,
    expiresAt: chosenEnd(
      input.expiresAt === undefined ? null : new Date(input.expiresAt),
      stored?.maxKeyTtlDays ?? null,
      now,
    ),
    createdBy: userId,
    rotatedFromId: null,
    scopeIds: scopes.map(({ id }) => id),
    bindings,
  });
  const actor = { actorType: "user", actorId: userId, ip: request.ip, requestId: request.requestId } as const;
  if (!(await insertApiKey(context.db, row, actor, new Date(now), keyMakerOf({ context, request, caller }))))
    throw new AuthError("workspace_suspended");
  const made = await findApiKeyRow(context.db, row.id);
  if (!made) throw new AuthError("internal");
  return { status: 201, json: { apiKey, key: apiKeyAnswer(made) } };
};
