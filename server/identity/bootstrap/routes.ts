import { get, post, type AuthRoute } from "../http/route.ts";
import { limitPerAddress } from "../http/steps.ts";
import { setUp, showSetup, whileNotBootstrapped } from "./setup.ts";

/** The first administrator. */
export const bootstrapRoutes: readonly AuthRoute[] = [
  get("/setup").step(whileNotBootstrapped).step(limitPerAddress("setup")).answer(showSetup),
  post("/setup").step(whileNotBootstrapped).step(limitPerAddress("setup")).answer(setUp),
];
