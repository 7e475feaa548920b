import { okAnswer } from "../http/exchange.ts";
import { route, type AuthRoute } from "../http/route.ts";

/** The public halves of the keys that sign. */
export const signingRoutes: readonly AuthRoute[] = [
  route
    .get("/.well-known/jwks.json")
    .answer(({ context }) =>
      okAnswer({ keys: context.keyRing.publicJwks() }, { headers: { "Cache-Control": "public, max-age=60" } }),
    ),
];
