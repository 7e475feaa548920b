import type { CatalogueService } from "../catalogue/catalogue.ts";
import type { HttpExchange } from "../http/exchange.ts";
import { grantedOrigin } from "../http/cors.ts";
import { findHandoffClient } from "./store.ts";

/** Who wants to redeem, and what. */
export interface Destination {
  readonly service: CatalogueService;
  readonly code: string;
  readonly redirectUri: string | null;
}

interface Refused {
  readonly refusal: { readonly status: number; readonly error: string; readonly description: string };
}

const refused = (error: "invalid_request" | "invalid_client", description: string): Refused => ({
  refusal: { status: error === "invalid_client" ? 401 : 400, error, description },
});

const single = ["grant_type", "code", "redirect_uri", "client_id", "confirm"] as const;
const maxLength = 2_000;

/**
 * The destination's service. `client_id` names a client of it, or the service itself; that, the header and the origin it
 * is asked from must not contradict each other.
 */
export const findDestination = async (
  { request, context }: HttpExchange,
  params: URLSearchParams,
): Promise<Destination | Refused> => {
  if (single.some((name) => params.getAll(name).length > 1))
    return refused("invalid_request", "A parameter was sent more than once.");
  if (single.some((name) => (params.get(name)?.length ?? 0) > maxLength))
    return refused("invalid_request", "A parameter is too long.");
  const clientId = params.get("client_id");
  const { services } = await context.catalogues.recent();
  const ofClient =
    clientId === null || services.has(clientId)
      ? (clientId ?? undefined)
      : await findHandoffClient(context.db, clientId);
  if (clientId !== null && ofClient === undefined)
    return refused("invalid_client", "Unknown client, or not allowed to receive a handoff.");
  const header = request.header("x-service-id");
  const bound = (await grantedOrigin(context, request))?.serviceId;
  const [id, ...others] = new Set([ofClient, header, bound].filter((known) => known !== undefined));
  if (id === undefined) return refused("invalid_request", "Name your client in client_id.");
  const service = services.get(id);
  if (others.length > 0 || service?.status !== "active")
    return refused("invalid_client", "Client, X-Service-ID and origin do not belong to one service.");
  const code = params.get("code");
  if (code === null || code === "") return refused("invalid_request", "A code is required.");
  return { service, code, redirectUri: params.get("redirect_uri") };
};
