import type { HttpExchange } from "../http/exchange.ts";

/**
 * The origin the browser says it was on, where passkeys may be used from there: Auth's own or that of a first-party
 * app, on the RP ID's host or below it, and not inside a frame of another site.
 */
export const expectedOrigin = async (
  { context }: HttpExchange,
  clientDataJSON: string,
): Promise<string | undefined> => {
  const { decodeClientDataJSON } = await import("@simplewebauthn/server/helpers");
  let origin: string;
  try {
    const clientData = decodeClientDataJSON(clientDataJSON);
    if (clientData.crossOrigin === true || typeof clientData.origin !== "string") return undefined;
    ({ origin } = clientData);
  } catch {
    return undefined;
  }
  if (!context.relyingParty.covers(origin)) return undefined;
  if (origin === context.issuer) return origin;
  const { origins, services } = await context.catalogues.recent();
  const allowed = context.origins.find(origin, origins);
  if (!allowed) return undefined;
  const isFirstParty = allowed.serviceId === undefined || services.get(allowed.serviceId)?.firstParty === true;
  return isFirstParty ? origin : undefined;
};
