import { json } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { allowedOrigin, limitPerAddress } from "../http/steps.ts";
import { createHandoffCode, CreateHandoffCodeInput } from "./create-handoff-code.ts";
import { presentBearer } from "./present-bearer.ts";

/** Opening another application without signing in again. Codes are redeemed at the token endpoint, in `oauth/tokens`. */
export const handoffRoutes: readonly AuthRoute[] = [
  route
    .post("/sso/handoff-code")
    .step(limitPerAddress("handoff"))
    .step(allowedOrigin)
    .step(presentBearer)
    .step(json(CreateHandoffCodeInput))
    .answer(createHandoffCode),
];
