import { get, post, type AuthRoute } from "../http/route.ts";
import { answerValidation } from "./answer-validation.ts";

/** Whether a credential is good now. */
export const validationRoutes: readonly AuthRoute[] = [
  get("/validate").answer(answerValidation),
  post("/validate").answer(answerValidation),
];
