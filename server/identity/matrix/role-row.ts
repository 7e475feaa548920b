import { accessRules, type Access, type Who } from "./role-rules.ts";

/** What a cell of the matrix has at hand: a fresh world beside the organization in question. */
export interface Cell {
  /** The organization the request is about. */
  readonly organizationId: string;
  /** The actor's own, if anybody is signed in. */
  readonly ownOrganizationId: string;
  readonly unique: string;
  /** A new member of the organization, by id. */
  readonly member: () => Promise<string>;
  /** A new account without a membership, by id. */
  readonly stranger: () => Promise<string>;
  /** A new session of the person in the organization, by id. */
  readonly session: (userId: string) => Promise<string>;
  /** A new open invitation of the organization, by id. */
  readonly invitation: () => Promise<string>;
  /** A new key of the organization, owned by another member, by id. */
  readonly key: () => Promise<string>;
  /** A new key of the organization itself, by id. */
  readonly organizationKey: () => Promise<string>;
}

export interface RoleRequest {
  /** Path and query. */
  readonly at: string;
  readonly body?: unknown;
}

export interface RoleRow {
  /** `METHOD /path`, as in the list of routes. */
  readonly route: string;
  readonly ids: string;
  readonly access: Access;
  /** The status for those who may. */
  readonly ok: number;
  /** The status for nobody, where it is not 401. */
  readonly signedOut?: number;
  /** The request ends or changes the actor's own session: each cell signs in for itself. */
  readonly fresh?: boolean;
  readonly ask: (cell: Cell) => RoleRequest | Promise<RoleRequest>;
}

/** The status that a row promises somebody. */
export const promised = ({ access, ok, signedOut }: RoleRow, who: Who): number => {
  const rule = accessRules[access];
  if (access === "everyone") return who.home === "nowhere" ? (signedOut ?? ok) : ok;
  if (who.home === "nowhere") return signedOut ?? 401;
  return rule.allows(who) ? ok : rule.refused(who);
};

type Rest = Partial<Pick<RoleRow, "ids" | "signedOut" | "fresh">> & { readonly body?: unknown };
type At = string | ((cell: Cell) => string | Promise<string>);

/** A row of the table; its path is the route's own unless another is given. */
export const row = (
  route: string,
  access: Access,
  ok: number,
  at?: At,
  { body, ids, ...rest }: Rest = {},
): RoleRow => ({
  route,
  access,
  ok,
  ids: ids ?? "A3",
  ...rest,
  ask: async (cell) => ({
    at: typeof at === "function" ? await at(cell) : (at ?? route.slice(route.indexOf(" ") + 1)),
    ...(body === undefined ? {} : { body }),
  }),
});
