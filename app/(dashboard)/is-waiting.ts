import { fieldAt } from "../_auth-api/read-answer.ts";

/** Whether an organization waits to be admitted, by Auth's answer about it; only a clear word counts. */
export const isWaiting = (organization: unknown): boolean => fieldAt(organization, "admittedAt") === null;
