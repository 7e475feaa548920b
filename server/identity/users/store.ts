import type { AuthDatabase } from "../database/store.ts";

export interface PasswordUser {
  readonly id: string;
  readonly status: string;
  readonly hash: string | null;
}

/** The user of an address with the password's hash. */
export const findPasswordUser = async ({ pool }: AuthDatabase, email: string): Promise<PasswordUser | undefined> => {
  const { rows } = await pool.query<PasswordUser>({
    name: "auth_password_user",
    text: "select u.id, u.status, p.hash from auth.users u left join auth.password_credentials p on p.user_id = u.id where u.email = $1",
    values: [email],
  });
  return rows[0];
};

/** An organization and the user's role in it. */
export interface OwnMembership {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly kind: string;
  readonly status: string;
  readonly role: string;
}

/** The organizations of a user with the role in each. */
export const listMemberships = async ({ pool }: AuthDatabase, userId: string): Promise<readonly OwnMembership[]> => {
  const { rows } = await pool.query<OwnMembership>({
    name: "auth_memberships",
    text: `select o.id, o.slug, o.name, o.kind, o.status, m.role
      from auth.organization_memberships m join auth.organizations o on o.id = m.organization_id
      where m.user_id = $1 and m.status = 'active' order by o.slug limit 500`,
    values: [userId],
  });
  return rows;
};
