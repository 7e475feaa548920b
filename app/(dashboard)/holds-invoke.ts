import { fieldAt } from "../_auth-api/read-answer.ts";

const invoke = "srv_nexus.ai:invoke";

/** Whether what Auth says of a person has the permission to call AI in force; of an answer that says nothing, yes. */
export const holdsInvoke = (body: unknown): boolean => {
  const held = fieldAt(body, "effectivePermissions");
  return !Array.isArray(held) || held.includes(invoke);
};
