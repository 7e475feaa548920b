import { route, type AuthRoute } from "../http/route.ts";
import { signedIn } from "../http/steps.ts";
import { readOwnAccount } from "./read-me.ts";

/** People. */
export const userRoutes: readonly AuthRoute[] = [route.get("/api/me").step(signedIn).answer(readOwnAccount)];
