import { json } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { limitPerAddress, notByDevice, signedIn } from "../http/steps.ts";
import { engineAnswer } from "./engine-answer.ts";
import { startDevice } from "./start-device.ts";
import { decideInteraction, DecideInteractionInput, showInteraction } from "./interaction/consent.ts";
import { requireRecentSignIn } from "../step-up/require-recent-sign-in.ts";
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
  route.get("/.well-known/openid-configuration").answer(engineAnswer),
  route.get("/.well-known/oauth-authorization-server").answer(engineAnswer),
  route.get("/sso/authorize").step(limitBeginnings).answer(engineAnswer),
  route.post("/sso/authorize").step(limitBeginnings).answer(engineAnswer),
  route.get("/sso/authorize/:uid").answer(resumeSignIn),
  route.post("/sso/exchange").answer(exchangeToken),
  route.post("/oauth/device").step(limitPerAddress("device-start")).answer(startDevice),
  route.post("/oauth/par").step(limitBeginnings).answer(engineAnswer),
  route.post("/oauth/introspect").answer(introspect),
  route.post("/oauth/revoke").answer(revoke),
  route.get("/oauth/userinfo").answer(userInfo),
  route.post("/oauth/userinfo").answer(userInfo),
  route.get("/oauth/logout").answer(endSession),
  route.post("/oauth/logout").answer(endSession),
  route.get("/interaction/:uid").answer(continueSignIn),
  route.get("/api/interactions/:uid").step(signedIn).step(notByDevice).step(pendingInteraction).answer(showInteraction),
  route
    .post("/api/interactions/:uid")
    .step(signedIn)
    .step(notByDevice)
    .step(pendingInteraction)
    .step(json(DecideInteractionInput))
    .answer(decideInteraction),
  route
    .post("/api/device/lookup")
    .step(limitPerAddress("device"))
    .step(signedIn)
    .step(notByDevice)
    .step(requireRecentSignIn)
    .step(json(LookUpDeviceInput))
    .answer(lookUpDevice),
  route
    .post("/api/device/decide")
    .step(limitPerAddress("device"))
    .step(signedIn)
    .step(notByDevice)
    .step(json(DecideDeviceInput))
    .answer(decideDevice),
];
