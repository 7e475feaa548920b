import { isPlatformRole, type AuthSession } from "@topolo/auth-client";

/** Whether a session may act on every organization. It saves a refusal; Auth decides. */
export const administersAll = (session: Pick<AuthSession, "role" | "organization"> | undefined): boolean =>
  session?.organization?.slug === "admin" && isPlatformRole(session.role);
