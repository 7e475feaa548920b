import { route, type AuthRoute } from "../http/route.ts";
import { limitPerAddress } from "../http/steps.ts";
import { setUp, showSetup, whileNotBootstrapped } from "./setup.ts";

/** The first administrator. */
export const bootstrapRoutes: readonly AuthRoute[] = [
  route.get("/setup").step(whileNotBootstrapped).step(limitPerAddress("setup")).answer(showSetup),
  route.post("/setup").step(whileNotBootstrapped).step(limitPerAddress("setup")).answer(setUp),
];
