import type { Admission, CallActor, CallContext, Door } from "../contracts/call-context.ts";
import { NexusError } from "../errors.ts";
import type { DoorRequest } from "./door-request.ts";

/** Who a bearer or API key is, as Topolo Auth answered. */
export interface CallerIdentity {
  readonly actor: Extract<CallActor, { kind: "user" | "api_key" }>;
  readonly organization: {
    readonly id: string;
    readonly slug: string;
    readonly status: string;
    readonly admission: Admission | undefined;
  };
  /** The app the credential was issued for. */
  readonly serviceId: string | undefined;
  /** Resources for which alone the key works. */
  readonly boundTo?: CallContext["boundTo"];
  readonly permissions: ReadonlySet<string>;
}

/** An organization that a service token names. */
export interface NamedOrganization {
  readonly slug: string;
  readonly admission: Admission | undefined;
}

/** What a service token may do, within what it was asked for. */
export interface ServiceGrant {
  readonly tokenId: string;
  /** The app whose own token it is; undefined for a shared one, with which the header names the app. */
  readonly serviceId: string | undefined;
  readonly permissions: ReadonlySet<string>;
}

/** A service token with what it is presented for. */
export interface AskedGrant {
  readonly raw: string;
  readonly organizationId: string;
  readonly appId: string | undefined;
}

/** A bearer token or API key, or a token bound to a key with the proof that its holder made for this request. */
export interface PresentedCredential {
  readonly credential: string;
  readonly proof: { readonly jwt: string; readonly method: string; readonly path: string } | undefined;
}

/** How credentials are recognised. Every method fails closed with a NexusError. */
export interface Authenticator {
  /**
   * Bearer tokens and API keys; throws UNAUTHENTICATED or AUTH_UNAVAILABLE. Where `mayReuse` is false Auth is asked
   * anew, however recently it said yes. A proof is looked at each time.
   */
  readonly validate: (presented: PresentedCredential, mayReuse: boolean) => CallerIdentity | Promise<CallerIdentity>;
  /** Throws UNAUTHENTICATED, or SCOPE_DENIED where the grant does not cover organization or app; `mayReuse` as above. */
  readonly serviceToken: (asked: AskedGrant, mayReuse: boolean) => ServiceGrant | Promise<ServiceGrant>;
  /** An active member's id is asserted by the app; anyone else is refused. */
  readonly requireMember: (organizationId: string, userId: string, mayReuse: boolean) => Promise<void>;
  readonly organization: (organizationId: string, mayReuse: boolean) => NamedOrganization | Promise<NamedOrganization>;
  readonly isRegisteredApp: (serviceId: string) => boolean;
}

const maxCredentialLength = 8_192;
const idPattern = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/;
/** The app's own id of its customer; such as an address of mail, or an id of another system. */
const customerPattern = /^[A-Za-z0-9][A-Za-z0-9_.:@+|-]{0,127}$/;
const keyPattern = /^[\x21-\x7e]{1,255}$/;

/** Calls of the AI family, one at a time: all that may rest on an answer of Auth that is up to five seconds old. */
const aiPath = /^\/(?:v1|v1beta|upload\/v1(?:beta)?|api\/ai)(?:\/|$)|^\/api\/trpc\/ai\.[A-Za-z.]+$/;

/** Where Google's clients call: some of them put the key into the address. */
const googlePath = /^\/(?:v1(?:beta|\/models|\/files)|upload\/v1(?:beta)?)(?:\/|$)/;

const invalid = (header: string, expected: string): NexusError =>
  new NexusError("INVALID_INPUT", { issues: [{ field: header, expected }] });

/** One well-formed id; a header that came twice arrives joined by a comma and is refused with the rest. */
const idHeader = (request: DoorRequest, name: string): string | undefined => {
  const value = request.header(name);
  if (value === undefined) return undefined;
  if (!idPattern.test(value)) throw invalid(name, "one id of letters, digits, _, -, . and :");
  return value;
};

/** The one proof of a request (RFC 9449), which is made for its method and address. */
const proofOf = (request: DoorRequest): NonNullable<PresentedCredential["proof"]> => {
  const [jwt, ...others] = request.headerValues("dpop");
  if (jwt === undefined || others.length > 0)
    throw new NexusError("UNAUTHENTICATED", { message: "Send one proof in the header `DPoP`." });
  return { jwt, method: request.method, path: request.path };
};

const bearerOf = (request: DoorRequest): PresentedCredential | undefined => {
  const authorization = request.headerValues("authorization");
  const apiKey = [
    ...request.headerValues("x-api-key"),
    ...request.headerValues("x-goog-api-key"),
    ...(googlePath.test(request.path) ? request.query.getAll("key") : []),
  ];
  if (authorization.length + apiKey.length > 1)
    throw new NexusError("AMBIGUOUS_CREDENTIALS", { message: "Send one credential, once." });
  const [header] = authorization;
  const [plain] = apiKey;
  if (header === undefined && plain === undefined) return undefined;
  const match = header === undefined ? undefined : /^(Bearer|DPoP) +([\x21-\x7e]+)$/i.exec(header);
  const credential = header === undefined ? plain : match?.[2];
  if (!credential)
    throw new NexusError("UNAUTHENTICATED", {
      message:
        "Send `Authorization: Bearer <credential>`, `X-API-Key: <credential>` or `x-goog-api-key: <credential>`; a token bound to a key as `DPoP <token>`.",
    });
  if (credential.length > maxCredentialLength) throw new NexusError("UNAUTHENTICATED");
  return { credential, proof: match?.[1]?.toLowerCase() === "dpop" ? proofOf(request) : undefined };
};

const idempotencyKeyIn = (request: DoorRequest): string | undefined => {
  const value = request.header("idempotency-key");
  if (value !== undefined && !keyPattern.test(value))
    throw invalid("idempotency-key", "1 to 255 printable ASCII characters");
  return value;
};

/** Whose wallet pays, too: a customer of the calling app. */
const customerOf = (request: DoorRequest, appId: string | undefined): { readonly customerId?: string } => {
  const customerId = request.header("x-nexus-customer-id");
  if (customerId === undefined) return {};
  if (!customerPattern.test(customerId))
    throw invalid("x-nexus-customer-id", "one id of letters, digits, _, -, ., :, @, + and |");
  if (appId === undefined) throw invalid("x-nexus-customer-id", "nothing: only apps have customers, and no app calls");
  return { customerId };
};

/** A header may repeat what the credential says; it neither changes that nor lends an app to a credential without one. */
const requireSameApp = (
  carried: string | undefined,
  named: string | undefined,
  { isRegisteredApp }: Authenticator,
): void => {
  if (named === undefined || named === carried) return;
  if (carried !== undefined) throw new NexusError("SERVICE_MISMATCH");
  if (!isRegisteredApp(named)) throw invalid("x-service-id", "the id of a registered app");
};

const byPrincipal = (
  request: DoorRequest,
  door: Door,
  authenticator: Authenticator,
  principal: CallerIdentity,
): CallContext => {
  const { actor, organization } = principal;
  const selected = idHeader(request, "x-nexus-organization-id");
  if (selected !== undefined && selected !== organization.id) {
    throw new NexusError("SCOPE_DENIED", {
      message: "The credential does not belong to the organization named in X-Nexus-Organization-Id.",
    });
  }
  if (organization.status !== "active") throw new NexusError("WORKSPACE_SUSPENDED");
  requireSameApp(principal.serviceId, idHeader(request, "x-service-id"), authenticator);
  return {
    requestId: request.requestId,
    door,
    actor,
    organizationId: organization.id,
    organizationSlug: organization.slug,
    admission: organization.admission,
    appId: principal.serviceId,
    userId: actor.userId,
    keyId: actor.kind === "api_key" ? actor.keyId : undefined,
    ...customerOf(request, principal.serviceId),
    ...(principal.boundTo === undefined ? {} : { boundTo: principal.boundTo }),
    permissions: principal.permissions,
    idempotencyKey: idempotencyKeyIn(request),
    signal: request.signal,
  };
};

const byServiceToken = async (
  request: DoorRequest,
  door: Door,
  authenticator: Authenticator,
  raw: string,
): Promise<CallContext> => {
  if (raw.includes(",")) throw new NexusError("AMBIGUOUS_CREDENTIALS", { message: "Send one service token, once." });
  if (raw.length > maxCredentialLength) throw new NexusError("UNAUTHENTICATED");
  const organizationId = idHeader(request, "x-nexus-organization-id");
  if (organizationId === undefined) throw new NexusError("ORGANIZATION_REQUIRED");
  const named = idHeader(request, "x-service-id");
  const userId = idHeader(request, "x-nexus-user-id");
  const mayReuse = aiPath.test(request.path);
  const grant = await authenticator.serviceToken({ raw, organizationId, appId: named }, mayReuse);
  requireSameApp(grant.serviceId, named, authenticator);
  const { slug, admission } = await authenticator.organization(organizationId, mayReuse);
  if (userId !== undefined) await authenticator.requireMember(organizationId, userId, mayReuse);
  return {
    requestId: request.requestId,
    door,
    actor: { kind: "service", tokenId: grant.tokenId, userId },
    organizationId,
    organizationSlug: slug,
    admission,
    appId: grant.serviceId ?? named,
    userId,
    keyId: grant.tokenId,
    ...customerOf(request, grant.serviceId ?? named),
    permissions: grant.permissions,
    idempotencyKey: idempotencyKeyIn(request),
    signal: request.signal,
  };
};

/** Builds the one context every door works with, or refuses the caller. */
export const authenticate = async (
  request: DoorRequest,
  door: Door,
  authenticator: Authenticator,
): Promise<CallContext> => {
  const bearer = bearerOf(request);
  const serviceToken = request.header("x-nexus-service-token");
  if (bearer !== undefined && serviceToken !== undefined) throw new NexusError("AMBIGUOUS_CREDENTIALS");
  if (serviceToken !== undefined) return byServiceToken(request, door, authenticator, serviceToken);
  if (bearer === undefined)
    throw new NexusError("UNAUTHENTICATED", { message: "Send a bearer token, an API key or a service token." });
  return byPrincipal(request, door, authenticator, await authenticator.validate(bearer, aiPath.test(request.path)));
};
