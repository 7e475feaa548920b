import { route, type AuthRoute } from "../http/route.ts";
import { answerValidation } from "./answer-validation.ts";

/** Whether a credential is good now. */
export const validationRoutes: readonly AuthRoute[] = [
  route.get("/validate").answer(answerValidation),
  route.post("/validate").answer(answerValidation),
];
