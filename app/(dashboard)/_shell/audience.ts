import { outranks, type AuthSession } from "@topolo/auth-client";
import { administersAll } from "../administers-all.ts";

/** For whom a page is, by role; each includes those before it, `operators` only the platform's. */
export type Audience = "everyone" | "members" | "administrators" | "owners" | "operators";

type Seat = Pick<AuthSession, "role" | "organization"> | undefined;

/** Whether a session's page it is. It saves a refusal: the gateway and Auth decide. */
export const admits = (audience: Audience, session: Seat): boolean => {
  if (audience === "everyone") return true;
  if (session === undefined) return false;
  switch (audience) {
    case "members":
      return outranks(session.role, "guest");
    case "administrators":
      return outranks(session.role, "member");
    case "owners":
      return session.role === "owner" || administersAll(session);
    case "operators":
      return administersAll(session);
  }
};
