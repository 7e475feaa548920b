import { isPlatformRole, roles, type Role } from "@topolo/auth-client";

/** Where an actor belongs, seen from the organization that the request is about. */
export type ActorHome = "same" | "other" | "admin";

/** Somebody who asks; without a home nobody is signed in. */
export type Who = { readonly home: ActorHome; readonly role: Role } | { readonly home: "nowhere" };

/** Seven roles in three places, and nobody. Platform roles outside `admin` are forced into their rows. */
export const everyone: readonly Who[] = [
  ...(["same", "other", "admin"] as const).flatMap((home) => roles.map((role): Who => ({ home, role }))),
  { home: "nowhere" },
];

export const actorNameOf = (who: Who): string => (who.home === "nowhere" ? "nobody" : `${who.role} of ${who.home}`);

const is = (who: Who, home: ActorHome, ...wanted: readonly Role[]): boolean =>
  who.home === home && wanted.includes(who.role);

const operator = (who: Who): boolean => is(who, "admin", "platform_super_admin", "platform_admin");
const administrator = (who: Who): boolean => is(who, "same", "owner", "super_admin", "admin");

/** A role that counts in its organization: neither a guest's nor a platform role outside `admin`. */
const counts = (who: Who): boolean =>
  who.home !== "nowhere" && who.role !== "guest" && (!isPlatformRole(who.role) || who.home === "admin");

interface Rule {
  readonly says: string;
  readonly allows: (who: Who) => boolean;
  /** The status for those signed in who may not. */
  readonly refused: (who: Who) => number;
}

const forbidden = () => 403;

/** Who may use a route, and what the others get. */
export const accessRules = {
  everyone: { says: "anyone, signed in or not", allows: () => true, refused: forbidden },
  signedIn: { says: "anyone signed in, for themselves", allows: (who) => who.home !== "nowhere", refused: forbidden },
  operators: { says: "platform operators", allows: operator, refused: forbidden },
  administrators: {
    says: "owner, super_admin, admin of the organization; platform operators",
    allows: (who) => operator(who) || administrator(who),
    refused: forbidden,
  },
  owners: {
    says: "owners of the organization; platform operators",
    allows: (who) => operator(who) || is(who, "same", "owner"),
    refused: forbidden,
  },
  people: {
    says: "members of the organization; platform operators; services",
    allows: (who) => operator(who) || who.home === "same",
    refused: () => 404,
  },
  keyMakers: {
    says: "everyone but guests, for the active organization",
    allows: (who) => operator(who) || counts(who),
    refused: forbidden,
  },
  keyHandlers: {
    says: "owner, super_admin, admin of the key's organization; its owner; platform operators",
    allows: (who) => operator(who) || administrator(who),
    // Whoever may handle keys at all gets 404 for a missing key; guests get 403.
    refused: (who) => (counts(who) ? 404 : 403),
  },
  keyRotators: {
    says: "owner, super_admin, admin for the organization's own keys; for a person's key that person alone",
    allows: administrator,
    refused: (who) => (counts(who) ? 404 : 403),
  },
  directories: { says: "an organization's directory, with its SCIM token", allows: () => false, refused: () => 401 },
  services: { says: "services under their own secret", allows: () => false, refused: () => 401 },
} satisfies Record<string, Rule>;

export type Access = keyof typeof accessRules;
