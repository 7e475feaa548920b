import { get, post, type Route } from "../http/route.ts";
import { engineAnswer } from "./engine-answer.ts";
import { exchangeToken } from "./tokens/exchange-token.ts";

/** OAuth 2.0 and OpenID Connect. */
export const oauthRoutes: readonly Route[] = [
  get("/.well-known/openid-configuration").answer(engineAnswer),
  get("/.well-known/oauth-authorization-server").answer(engineAnswer),
  get("/sso/authorize").answer(engineAnswer),
  post("/sso/authorize").answer(engineAnswer),
  get("/sso/authorize/:uid").answer(engineAnswer),
  post("/sso/exchange").answer(exchangeToken),
  post("/oauth/device").answer(engineAnswer),
];
