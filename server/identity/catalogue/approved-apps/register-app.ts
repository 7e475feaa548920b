import { z } from "zod";
import { AuthError } from "../../auth-error.ts";
import { sha256 } from "../../crypto/digest.ts";
import { randomSecret } from "../../crypto/random-secret.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { Params } from "../../http/route.ts";
import type { CallingClient } from "../../http/steps.ts";
import { createServiceClientSecret } from "../../service-clients/create-service-client-secret.ts";
import { registrationStateOf } from "../completeness.ts";
import type { ManifestClient } from "../manifest-client.ts";
import { refuseConflict } from "../manifest-upload/put-manifest.ts";
import { Manifest } from "../manifest.ts";
import { thirdPartyIssues } from "../third-party-rules.ts";
import { isClientOfApp, registerApprovedApp } from "./store.ts";

const reviewer = "srv_developers";

/** Topolo Developers, which reviews apps, and nobody else. */
export const reviewingService = ({ client }: { readonly client: CallingClient }): void => {
  if (client.serviceId !== reviewer) throw new AuthError("forbidden");
};

const appId = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[\w.:-]+$/);

export const RegisterAppInput = z.strictObject({
  appId: appId.describe("The app's id at Topolo Developers; one app is one service"),
  organizationId: z.string().min(1).max(100).describe("The developer workspace that owns it"),
  manifest: Manifest.refine(({ clients }) => clients !== undefined && clients.length > 0, {
    path: ["clients"],
    error: "at least one client",
  }),
});
export type RegisterAppInput = z.infer<typeof RegisterAppInput>;

interface RegisterApp extends HttpExchange {
  readonly client: CallingClient;
  readonly input: RegisterAppInput;
}

/** Registers an approved app; a repetition answers the same without the secrets. */
export const registerApp = async ({ context, request, client, input }: RegisterApp): Promise<HttpAnswer> => {
  const { manifest, organizationId } = input;
  const issues = thirdPartyIssues(manifest, await context.catalogues.recent(), context);
  if (issues.length > 0)
    throw new AuthError("invalid_request", {
      issues: issues.map(({ field, expected }) => ({ field: `manifest.${field}`, expected })),
    });
  const clients = manifest.clients ?? [];
  const hasSecret = ({ type, token_endpoint_auth_method: method }: ManifestClient): boolean =>
    type === "confidential" && method !== "private_key_jwt";
  const secrets = new Map(clients.filter(hasSecret).map(({ client_id: id }) => [id, `tss_${randomSecret()}`]));
  const { outcome, secretsOf, catalogueVersion } = await registerApprovedApp(context.db, {
    ...input,
    secretHashes: new Map([...secrets].map(([id, secret]) => [id, sha256(secret)])),
    actor: { actorType: "service", actorId: client.clientId, ip: request.ip, requestId: request.requestId },
    now: new Date(context.clock.now()),
  });
  if (outcome === "no_workspace") throw new AuthError("organization_not_found");
  if (outcome === "workspace_suspended") throw new AuthError("workspace_suspended");
  if (outcome === "other_app")
    throw new AuthError("manifest_conflict", {
      issues: [{ field: "appId", expected: "the app and the workspace of this service" }],
    });
  refuseConflict(outcome);
  const service = (await context.catalogues.atLeast(catalogueVersion)).services.get(manifest.id);
  return {
    status: outcome === "applied" ? 201 : 200,
    json: {
      appId: input.appId,
      serviceId: manifest.id,
      organizationId,
      version: manifest.version,
      applied: outcome === "applied",
      ...(service ? { registration: registrationStateOf(service) } : {}),
      clients: clients.map(({ client_id: clientId, type }) => ({
        clientId,
        type,
        ...(secretsOf.includes(clientId) ? { clientSecret: secrets.get(clientId) } : {}),
      })),
    },
  };
};

export const RenewAppSecretInput = z.strictObject({ clientId: z.string().min(1).max(100) });
export type RenewAppSecretInput = z.infer<typeof RenewAppSecretInput>;

/** A new secret for a confidential client of the app, where the first was lost or leaked; shown once. */
export const renewAppSecret = async ({
  context,
  params,
  input,
}: HttpExchange & Params & { readonly input: RenewAppSecretInput }): Promise<HttpAnswer> => {
  if (!(await isClientOfApp(context.db, params.appId ?? "", input.clientId)))
    throw new AuthError("service_not_found", { message: "Client not found." });
  return okAnswer({
    clientId: input.clientId,
    clientSecret: await createServiceClientSecret(context, input.clientId),
  });
};
