import { json } from "../http/read-input.ts";
import { get, post, type AuthRoute } from "../http/route.ts";
import { limitPerAddress, signedIn } from "../http/steps.ts";
import { engineAnswer } from "./engine-answer.ts";
import { decideInteraction, DecideInteractionInput, showInteraction } from "./interaction/consent.ts";
import { continueSignIn } from "./interaction/continue-sign-in.ts";
import { decideDevice, DecideDeviceInput, lookUpDevice, LookUpDeviceInput } from "./interaction/device.ts";
import { pendingInteraction } from "./interaction/read-interaction.ts";
import { resumeSignIn } from "./interaction/resume-sign-in.ts";
import { endSession } from "./logout/end-session.ts";
import { exchangeToken } from "./tokens/exchange-token.ts";
import { introspect } from "./tokens/introspect.ts";
import { revoke } from "./tokens/revoke.ts";
import { userInfo } from "./tokens/user-info.ts";

// Anybody may begin, and each beginning is written down.
const limitBeginnings = limitPerAddress("authorize", 10);

/** OAuth 2.0 and OpenID Connect. */
export const oauthRoutes: readonly AuthRoute[] = [
  get("/.well-known/openid-configuration").answer(engineAnswer),
  get("/.well-known/oauth-authorization-server").answer(engineAnswer),
  get("/sso/authorize").step(limitBeginnings).answer(engineAnswer),
  post("/sso/authorize").step(limitBeginnings).answer(engineAnswer),
  get("/sso/authorize/:uid").answer(resumeSignIn),
  post("/sso/exchange").answer(exchangeToken),
  post("/oauth/device").step(limitPerAddress("device-start")).answer(engineAnswer),
  post("/oauth/introspect").answer(introspect),
  post("/oauth/revoke").answer(revoke),
  get("/oauth/userinfo").answer(userInfo),
  post("/oauth/userinfo").answer(userInfo),
  get("/oauth/logout").answer(endSession),
  post("/oauth/logout").answer(endSession),
  get("/interaction/:uid").answer(continueSignIn),
  get("/api/interactions/:uid").step(signedIn).step(pendingInteraction).answer(showInteraction),
  post("/api/interactions/:uid")
    .step(signedIn)
    .step(pendingInteraction)
    .step(json(DecideInteractionInput))
    .answer(decideInteraction),
  post("/api/device/lookup")
    .step(limitPerAddress("device"))
    .step(signedIn)
    .step(json(LookUpDeviceInput))
    .answer(lookUpDevice),
  post("/api/device/decide")
    .step(limitPerAddress("device"))
    .step(signedIn)
    .step(json(DecideDeviceInput))
    .answer(decideDevice),
];
