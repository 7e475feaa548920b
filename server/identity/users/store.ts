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

/** The organizations of a user with the role in each. */
export const listMemberships = ({ prisma }: AuthDatabase, userId: string) =>
  prisma.organizationMembership.findMany({
    where: { userId, status: "active" },
    include: { organization: true },
    orderBy: { organization: { slug: "asc" } },
    take: 500,
  });
