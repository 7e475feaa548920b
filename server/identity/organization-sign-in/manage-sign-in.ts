import { X509Certificate } from "node:crypto";
import { z } from "zod";
import { recordAudit } from "../audit/store.ts";
import { AuthError } from "../auth-error.ts";
import { listDomainRows } from "../domains/store.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import { lockAccount } from "../links/store.ts";
import { auditActor } from "../organizations/actor.ts";
import { asOwner, type OfOrganization } from "../organizations/as-owner.ts";
import type { LockedOrganization } from "../organizations/store.ts";
import { endSessions } from "../sessions/store.ts";
import { samlPlaces } from "./flow.ts";
import { samlMetadata } from "./saml-provider.ts";
import { secretPlace } from "./secret-place.ts";
import {
  deleteSignIn,
  findSignInSettings,
  forgetIdentities,
  isActiveOrganization,
  listEnforcedPeople,
  listOtherSessions,
  putSignIn,
  type SignInSettingsRow,
} from "./store.ts";

const webAddress = z.url({ protocol: /^https?$/ }).max(1_000);

const certificate = z
  .string()
  .max(10_000)
  .transform((text, context) => {
    try {
      const pem = text.includes("BEGIN CERTIFICATE")
        ? text
        : `-----BEGIN CERTIFICATE-----\n${text.trim()}\n-----END CERTIFICATE-----`;
      return new X509Certificate(pem).toString();
    } catch {
      context.addIssue("an X.509 certificate in PEM form");
      return z.NEVER;
    }
  });

const common = {
  enforced: z.boolean().describe("Whether members with an address of a verified domain have to sign in here"),
  joinOnSignIn: z.boolean().describe("Whether somebody new becomes a member with the default role"),
};

export const PutSignInInput = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("oidc"),
    issuer: webAddress,
    clientId: z.string().min(1).max(500),
    clientSecret: z.string().min(1).max(1_000).optional().describe("Kept as it is where it is left out; never shown"),
    ...common,
  }),
  z.strictObject({
    kind: z.literal("saml"),
    entityId: z.string().min(1).max(1_000),
    signInUrl: webAddress,
    certificates: z.array(certificate).min(1).max(5).describe("Of the provider's signatures"),
    ...common,
  }),
]);
export type PutSignInInput = z.infer<typeof PutSignInInput>;

const settingsAnswer = (row: SignInSettingsRow) => ({
  kind: row.kind,
  enforced: row.enforced,
  joinOnSignIn: row.join_on_sign_in,
  updatedAt: row.updated_at.toISOString(),
  ...(row.kind === "oidc"
    ? { issuer: row.issuer, clientId: row.client_id, hasClientSecret: row.secret_sealed !== null }
    : { entityId: row.issuer, signInUrl: row.entry_point, certificates: row.certificates }),
});

/** How the organization's people sign in, and what its provider has to be told of us. */
export const readSignIn = async ({ context, params }: OfOrganization): Promise<HttpAnswer> => {
  const organizationId = params["id"] ?? "";
  const row = await findSignInSettings(context.db.pool, organizationId);
  const { acsUrl, entityId } = samlPlaces(context.issuer, organizationId);
  return okAnswer({
    organizationId,
    signIn: row ? settingsAnswer(row) : null,
    startUrl: `${context.issuer}/organization-sign-in/${organizationId}/start`,
    redirectUri: `${context.issuer}/organization-sign-in/${organizationId}/callback`,
    acsUrl,
    entityId,
    metadataUrl: `${entityId}/metadata`,
  });
};

/** What a SAML provider reads of us, from the address or as a file. */
export const sendSamlMetadata = async ({ context, params }: HttpExchange & Params): Promise<HttpAnswer> => {
  const organizationId = params["organizationId"] ?? "";
  if (!(await isActiveOrganization(context.db, organizationId))) throw new AuthError("organization_not_found");
  return {
    status: 200,
    text: await samlMetadata(context.issuer, organizationId),
    headers: {
      "Content-Type": "application/samlmetadata+xml",
      "Content-Disposition": 'attachment; filename="topolo-saml-metadata.xml"',
    },
  };
};

/** From now on the people whom it concerns come by the provider: what they have open from elsewhere ends. */
const endOthers = async ({ client, organization }: LockedOrganization, now: Date): Promise<number> => {
  let ended = 0;
  for (const userId of await listEnforcedPeople(client, organization.id)) {
    await lockAccount(client, userId);
    const sessions = await listOtherSessions(client, userId, organization.id);
    ended += (await endSessions(client, sessions, "organization_sign_in", now)).length;
  }
  return ended;
};

const hasVerifiedDomain = async ({ context, params }: OfOrganization): Promise<boolean> =>
  (await listDomainRows(context.db, params["id"] ?? "")).some(({ verified_at: at }) => at !== null);

const invalid = (field: string, expected: string): AuthError =>
  new AuthError("invalid_request", { issues: [{ field, expected }] });

const checkAddress = ({ context }: OfOrganization, field: string, address: string): void => {
  try {
    context.organizationProviders.checkOrigin(new URL(address).origin);
  } catch {
    throw invalid(field, "a public https address");
  }
};

/** Changes how the organization's people sign in. */
export const changeSignIn = async (
  exchange: OfOrganization & { readonly input: PutSignInInput },
): Promise<HttpAnswer> => {
  const { context, caller, input } = exchange;
  if (!(await hasVerifiedDomain(exchange))) throw new AuthError("domain_not_verified");
  if (input.kind === "oidc") checkAddress(exchange, "issuer", input.issuer);
  else checkAddress(exchange, "signInUrl", input.signInUrl);
  const now = new Date(context.clock.now());
  await asOwner(exchange, async (held) => {
    const { client, organization, actor } = held;
    // Operators sign in by their own factors.
    if (organization.kind === "admin") throw new AuthError("forbidden");
    const before = await findSignInSettings(client, organization.id);
    const issuer = input.kind === "oidc" ? input.issuer : input.entityId;
    const isSame = before?.kind === input.kind && before.issuer === issuer;
    const secret = input.kind === "oidc" ? input.clientSecret : undefined;
    const kept = isSame ? before.secret_sealed : null;
    const secretSealed = secret === undefined ? kept : context.sealer.seal(secret, secretPlace(organization.id));
    if (input.kind === "oidc" && secretSealed === null) throw invalid("clientSecret", "the secret of the new provider");
    if (!isSame) await forgetIdentities(client, organization.id);
    await putSignIn(
      client,
      {
        organizationId: organization.id,
        kind: input.kind,
        issuer,
        clientId: input.kind === "oidc" ? input.clientId : null,
        secretSealed,
        entryPoint: input.kind === "saml" ? input.signInUrl : null,
        certificates: input.kind === "saml" ? input.certificates : [],
        enforced: input.enforced,
        joinOnSignIn: input.joinOnSignIn,
        updatedBy: actor.userId,
      },
      now,
    );
    const sessionsEnded = input.enforced ? await endOthers(held, now) : 0;
    await recordAudit(
      client,
      {
        ...auditActor(exchange, caller),
        organizationId: organization.id,
        action: "organization-sign-in.update",
        target: organization.id,
        details: { kind: input.kind, issuer, enforced: input.enforced, sessionsEnded },
      },
      now,
    );
  });
  return readSignIn(exchange);
};

/** Takes the organization's own sign-in away. */
export const removeSignIn = async (exchange: OfOrganization): Promise<HttpAnswer> => {
  const { context, caller } = exchange;
  const now = new Date(context.clock.now());
  await asOwner(exchange, async ({ client, organization }) => {
    if (!(await deleteSignIn(client, organization.id))) throw new AuthError("provider_not_found");
    await recordAudit(
      client,
      {
        ...auditActor(exchange, caller),
        organizationId: organization.id,
        action: "organization-sign-in.remove",
        target: organization.id,
      },
      now,
    );
  });
  return readSignIn(exchange);
};
