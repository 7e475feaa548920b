import { z } from "zod";
import { displayName } from "../../../platform/display-name.ts";
import { AuthError } from "../../auth-error.ts";
import { sha256 } from "../../crypto/digest.ts";
import { randomSecret } from "../../crypto/random-secret.ts";
import type { HttpAnswer, HttpExchange } from "../../http/exchange.ts";
import type { Caller } from "../../http/steps.ts";
import { auditActor } from "../../organizations/actor.ts";
import { loadCatalogueVersion } from "../store.ts";
import { localClientId, plainManifest } from "./plain-manifest.ts";
import { registerLocally, unknownOrganizations } from "./store.ts";

/** Browsers and clients compare the address as text, and secure cookies know localhost by its name alone. */
const isLocalOrigin = (text: string): boolean => {
  const url = URL.parse(text);
  return url?.protocol === "http:" && url.hostname === "localhost" && url.origin === text;
};

const isPath = (text: string): boolean =>
  text.startsWith("/") && !text.startsWith("//") && new URL(text, "http://localhost").pathname === text;

export const AddAppInput = z.strictObject({
  slug: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,50}$/, "lower-case letters, digits and hyphens, for example myapp")
    .describe("Its short name, or that of a registered service"),
  name: displayName().min(1).optional().describe("What people call it; the short name where it is left out"),
  dev: z
    .string()
    .max(100)
    .refine(isLocalOrigin, "an origin on localhost, for example http://localhost:5173")
    .optional()
    .describe("Where it runs while it is developed; refused in production"),
  callback: z
    .string()
    .max(200)
    .refine(isPath, "a path, for example /auth/callback")
    .default("/auth/callback")
    .describe("Where the browser returns after sign-in, below dev"),
  organizationIds: z.array(z.string().min(1).max(100)).max(20).default([]).describe("Organizations that may use it"),
});
export type AddAppInput = z.output<typeof AddAppInput>;

interface AddApp extends HttpExchange {
  readonly caller: Caller;
  readonly input: AddAppInput;
}

const refused = (field: string, expected: string): AuthError =>
  new AuthError("invalid_request", { issues: [{ field, expected }] });

/** Registers an app of the operators' own, or gives a registered one a local origin and client; a repetition shows no secret. */
export const addApp = async (exchange: AddApp): Promise<HttpAnswer> => {
  const { context, caller, input } = exchange;
  const { slug, name, dev: origin, callback, organizationIds } = input;
  if (origin !== undefined && !context.localAddresses)
    throw refused("dev", "nothing: an app on localhost belongs to an installation for development");
  const [unknown] = await unknownOrganizations(context.db, organizationIds);
  if (unknown !== undefined)
    throw refused(`organizationIds.${organizationIds.indexOf(unknown)}`, "the id of an organization");
  const manifest = plainManifest(slug, name);
  const dev = origin === undefined ? undefined : { origin, redirectUri: origin + callback };
  const clientId = dev === undefined ? manifest.id : localClientId(slug);
  const secret = `tss_${randomSecret()}`;
  const outcome = await registerLocally(context.db, {
    manifest,
    client: { id: clientId, dev },
    secretHash: sha256(secret),
    resourceTypes: [],
    organizationIds,
    actor: auditActor(exchange, caller),
    now: new Date(context.clock.now()),
  });
  if (outcome === "origin_taken") throw refused("dev", "an origin that no other service has");
  if (outcome === "slug_taken") throw new AuthError("slug_taken");
  if (outcome === "client_taken") throw refused("slug", `a short name whose client ${clientId} is nobody else's`);
  await context.catalogues.atLeast(await loadCatalogueVersion(context.db));
  return {
    status: outcome.registered ? 201 : 200,
    json: {
      serviceId: manifest.id,
      clientId,
      registered: outcome.registered,
      ...(dev === undefined ? {} : { redirectUri: dev.redirectUri }),
      ...(outcome.secretGiven ? { clientSecret: secret } : {}),
    },
  };
};
