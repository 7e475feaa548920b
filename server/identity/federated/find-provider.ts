import { AuthError } from "../auth-error.ts";
import type { HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { Provider } from "./provider.ts";

/** The provider the path names. */
export const findProvider = ({ context, params }: HttpExchange & Params): Provider => {
  const provider = context.providers.find(params.provider ?? "");
  if (!provider) throw new AuthError("provider_not_found");
  return provider;
};
