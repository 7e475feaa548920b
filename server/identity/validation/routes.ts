import { get, post, type Route } from "../http/route.ts";
import { answerValidation } from "./answer-validation.ts";

/** Whether a credential is good now. */
export const validationRoutes: readonly Route[] = [
  get("/validate").answer(answerValidation),
  post("/validate").answer(answerValidation),
];
