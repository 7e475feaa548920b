import { json } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { ownServiceClient } from "../http/steps.ts";
import { mailWorks } from "../mail/mail-works.ts";
import { tellAlert } from "./tell-alert.ts";
import { tellRequest } from "./tell-request.ts";
import { ToldRequest } from "./told-request.ts";
import { tellChange } from "./tell-change.ts";
import { ToldAlert } from "./told-alert.ts";
import { ToldChange } from "./told-change.ts";

/** What services tell of, so that people are mailed about it. */
export const noticeRoutes: readonly AuthRoute[] = [
  route.post("/api/services/:id/told-changes").step(ownServiceClient).step(json(ToldChange)).answer(tellChange),
  route
    .post("/api/services/:id/told-alerts")
    .step(ownServiceClient)
    .step(mailWorks)
    .step(json(ToldAlert))
    .answer(tellAlert),
  route
    .post("/api/services/:id/told-budget-requests")
    .step(ownServiceClient)
    .step(mailWorks)
    .step(json(ToldRequest))
    .answer(tellRequest),
];
