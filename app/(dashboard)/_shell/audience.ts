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

/** Who may see it, and what to do about not being one of them. */
export const audienceWords: Readonly<
  Record<Exclude<Audience, "everyone">, { readonly who: string; readonly how: string }>
> = {
  members: {
    who: "Members of the organization",
    how: "You are a guest here. Ask an owner or an administrator for another role.",
  },
  administrators: {
    who: "Administrators of the organization",
    how: "Ask an owner for another role, or an administrator to look for you.",
  },
  owners: { who: "Owners of the organization", how: "Ask one of them to look, or to make you an owner." },
  operators: {
    who: "Operators of the platform",
    how: "If you are one, choose the platform's own organization in the menu above.",
  },
};
