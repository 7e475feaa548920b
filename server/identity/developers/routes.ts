import { json, query } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { platformOperator, signedIn } from "../http/steps.ts";
import { requireRecentSignIn } from "../step-up/require-recent-sign-in.ts";
import {
  changeDeveloperStatus,
  listDevelopers,
  ListDevelopersQuery,
  readDeveloper,
  ReviewDeveloperInput,
} from "./handle-developers.ts";

/** Review of developers by platform operators. */
export const developerRoutes: readonly AuthRoute[] = [
  route
    .get("/api/developers")
    .step(signedIn)
    .step(platformOperator)
    .step(query(ListDevelopersQuery))
    .answer(listDevelopers),
  route.get("/api/developers/:developerId").step(signedIn).step(platformOperator).answer(readDeveloper),
  route
    .patch("/api/developers/:developerId/status")
    .step(signedIn)
    .step(requireRecentSignIn)
    .step(platformOperator)
    .step(json(ReviewDeveloperInput))
    .answer(changeDeveloperStatus),
];
