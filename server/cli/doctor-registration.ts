import type { Env } from "../platform/env.ts";
import { formatUsd } from "../platform/format-usd.ts";
import { selfServiceBudgetOf } from "../process/self-service-budget.ts";
import { none, ok, type Diagnosis } from "../domain/system/index.ts";

/** Who may make an account, and what an organization may spend of the platform's once it is admitted. */
export const checkRegistration = function* (env: Env): Generator<Diagnosis> {
  if (env.TOPOLO_AUTH_URL) {
    yield none("registration", "of a remote Auth");
    return;
  }
  const budget = selfServiceBudgetOf(env);
  yield ok(
    "registration",
    env.AUTH_REGISTRATION === "invitation"
      ? "invited people alone"
      : `open to anybody${env.AUTH_REGISTRATION === undefined ? ", as AUTH_REGISTRATION is not set" : ""}; nobody spends before an operator admits the organization`,
  );
  yield ok(
    "robot check",
    env.TURNSTILE_SECRET_KEY === undefined
      ? "registration does not ask Turnstile: TURNSTILE_SECRET_KEY is not set"
      : "registration asks Turnstile",
  );
  yield ok(
    "admission budget",
    budget === undefined
      ? "AUTH_SELF_SERVICE_BUDGET is not set: each admission has to name a budget"
      : `${formatUsd(budget)} USD a month for an organization that is admitted`,
  );
};
