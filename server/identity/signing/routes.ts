import { ok } from "../http/exchange.ts";
import { get, type Route } from "../http/route.ts";

/** The public halves of the keys that sign. */
export const signingRoutes: readonly Route[] = [
  get("/.well-known/jwks.json").answer(({ context }) =>
    ok({ keys: context.keyRing.publicJwks() }, { headers: { "Cache-Control": "public, max-age=60" } }),
  ),
];
