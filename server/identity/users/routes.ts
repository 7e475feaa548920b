import { get, type Route } from "../http/route.ts";
import { signedIn } from "../http/steps.ts";
import { readMe } from "./read-me.ts";

/** People. */
export const userRoutes: readonly Route[] = [get("/api/me").step(signedIn).answer(readMe)];
