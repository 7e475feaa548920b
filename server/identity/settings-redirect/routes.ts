import { AuthError } from "../auth-error.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { findCaller } from "../http/steps.ts";

const found = (location: string): HttpAnswer => ({ status: 302, headers: { Location: location } });

/** Where Topolo Admin is: as configured, else as its manifest says. */
const adminOrigin = async ({ context }: HttpExchange): Promise<string> => {
  if (context.adminUrl !== undefined) return context.adminUrl;
  const launchUrl = (await context.catalogues.recent()).services.get("srv_admin")?.launchUrl;
  if (!launchUrl) throw new AuthError("service_not_found");
  return new URL(launchUrl).origin;
};

/** Topolo Admin owns the page; Auth knows the way alone. */
const redirectToSettings = async (exchange: HttpExchange): Promise<HttpAnswer> => {
  try {
    await findCaller(exchange);
  } catch (error) {
    if (AuthError.is(error) && error.code === "unauthenticated") return found("/sign-in?return_to=/settings");
    throw error;
  }
  return found(`${await adminOrigin(exchange)}/security/user`);
};

export const settingsRoutes: readonly AuthRoute[] = [route.get("/settings").answer(redirectToSettings)];
