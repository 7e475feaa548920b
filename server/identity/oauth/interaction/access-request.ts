import { z } from "zod";
import { AuthError } from "../../auth-error.ts";
import type { HttpExchange } from "../../http/exchange.ts";
import type { Caller } from "../../http/steps.ts";
import { asksEachTime } from "../../service-clients/needs-consent.ts";
import type { ClientRow } from "../../service-clients/store.ts";
import { offeredScopes, type OfferedScope } from "../offered-scopes.ts";
import { reachedServices } from "../resource.ts";
import { findConsent, type ConsentBy } from "../store.ts";

/** What a client asks a person for. */
export interface RequestedAccess {
  readonly client: ClientRow;
  readonly scopes: readonly string[];
  /** Where the request came from or goes to: a redirect address, or a device's network address. */
  readonly address: string;
  /** What the device said of itself. */
  readonly userAgent?: string | undefined;
  /** Everything is shown again, also what was granted before. */
  readonly anew: boolean;
}

interface ShownScope extends OfferedScope {
  /** Without it there is nothing to allow. */
  readonly required: boolean;
  readonly granted: boolean;
}

/** What is decided: each scope that the person sees, and those that stay granted without being shown. */
export interface AccessDecision {
  readonly shown: readonly ShownScope[];
  readonly kept: readonly string[];
}

/** Only a third party's app can be granted in part: a program of ours needs to know whom it acts for. */
const isRequired = (client: ClientRow, name: string): boolean =>
  name === "openid" || (client.firstParty && name !== "offline_access");

type Asked = Pick<HttpExchange, "context"> & { readonly caller: Caller };

/** What a person agrees to is for the organization that the page names. */
export const consentBy = ({ session }: Caller, clientId: string): ConsentBy => ({
  userId: session.user.id,
  clientId,
  organizationId: session.organization?.id ?? "",
});

/** The scopes that are to be decided; the others of the request were granted before. */
export const readDecision = async (
  { context, caller }: Asked,
  { client, scopes, anew }: RequestedAccess,
): Promise<AccessDecision> => {
  const by = consentBy(caller, client.clientId);
  const granted = new Set(client.firstParty ? [] : await findConsent(context.db, by));
  const asked = (await offeredScopes(context, client)).filter(({ name }) => scopes.includes(name));
  const isShown = ({ name }: OfferedScope): boolean => anew || asksEachTime(client) || !granted.has(name);
  return {
    shown: asked.filter(isShown).map((scope) => ({
      ...scope,
      required: isRequired(client, scope.name),
      granted: granted.has(scope.name),
    })),
    kept: asked.filter((scope) => !isShown(scope)).map(({ name }) => name),
  };
};

export const ScopeChoice = z
  .array(z.string().min(1).max(200))
  .max(100)
  .optional()
  .describe("Of the scopes shown, those that are granted; left out: all of them");
export type ScopeChoice = z.infer<typeof ScopeChoice>;

export const ShownOrganization = z
  .string()
  .max(100)
  .nullable()
  .optional()
  .describe("Of the organization that the page named, null for none: refused where another one is active by now");
export type ShownOrganization = z.infer<typeof ShownOrganization>;

/** What is granted and what is not, by the person's choice among what was shown. */
export const chooseScopes = (
  { shown, kept }: AccessDecision,
  choice: ScopeChoice,
): { readonly granted: readonly string[]; readonly declined: readonly string[] } => {
  const names = shown.map(({ name }) => name);
  if (choice?.some((name) => !names.includes(name)))
    throw new AuthError("invalid_request", { issues: [{ field: "scopes", expected: "scopes that were shown" }] });
  const isGranted = ({ name, required }: ShownScope): boolean => required || (choice ?? names).includes(name);
  return {
    granted: [...kept, ...shown.filter(isGranted).map(({ name }) => name)],
    declined: shown.filter((scope) => !isGranted(scope)).map(({ name }) => name),
  };
};

/** The services in which a client of ours acts with all that the person may do; a third party's is granted it one by one. */
export const servicesActedIn = async (
  { context }: Pick<HttpExchange, "context">,
  { serviceId, firstParty }: ClientRow,
): Promise<readonly { readonly id: string; readonly name: string }[]> => {
  if (!firstParty) return [];
  const catalogue = await context.catalogues.recent();
  return reachedServices(catalogue, serviceId).flatMap((id) => {
    const service = catalogue.services.get(id);
    return service ? [{ id, name: service.name }] : [];
  });
};

/** What the pages show of a client and of what it asks for. */
export const describeRequest = async (exchange: HttpExchange & { readonly caller: Caller }, asked: RequestedAccess) => {
  const { client, address, userAgent } = asked;
  const { user, organization } = exchange.caller.session;
  const { shown } = await readDecision(exchange, asked);
  return {
    client: {
      id: client.clientId,
      name: client.name,
      serviceId: client.serviceId,
      firstParty: client.firstParty,
      homepage: client.homepage,
      document: client.document,
    },
    address,
    userAgent: userAgent ?? null,
    scopes: shown,
    services: await servicesActedIn(exchange, client),
    user: { id: user.id, email: user.email, name: user.name },
    organization: organization ? { id: organization.id, name: organization.name } : null,
  };
};
