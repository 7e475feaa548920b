import { route, type AuthRoute } from "../http/route.ts";
import { ownServiceClient } from "../http/steps.ts";
import { streamRevocations } from "./stream-revocations.ts";

/** What services that reuse validations follow. */
export const revocationRoutes: readonly AuthRoute[] = [
  route.get("/api/revocations").step(ownServiceClient).answer(streamRevocations),
];
