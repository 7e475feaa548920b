import { outranks, type AuthSession } from "@topolo/auth-client";

/** Whether a session sees what everybody of its organization did, not only its person. It saves a refusal; the gateway decides. */
export const seesEverybody = (session: AuthSession | undefined): boolean =>
  session?.role !== undefined && outranks(session.role, "member");
