import { json } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { allowedOrigin, limitPerAddress } from "../http/steps.ts";
import { passTurnstile } from "./pass-turnstile.ts";
import { AppSubmissionInput, DeveloperApplicationInput, receive } from "./receive.ts";

/** What anybody may send in; the action is the one the widget of the form was made with. */
export const intakeRoutes: readonly AuthRoute[] = [
  route
    .post("/api/public/developers/apply")
    .step(limitPerAddress("intake"))
    .step(allowedOrigin)
    .step(json(DeveloperApplicationInput))
    .step(passTurnstile("developer-apply"))
    .answer(receive("developer_application")),
  route
    .post("/api/public/app-submissions")
    .step(limitPerAddress("intake"))
    .step(allowedOrigin)
    .step(json(AppSubmissionInput))
    .step(passTurnstile("app-submission"))
    .answer(receive("app_submission")),
];
