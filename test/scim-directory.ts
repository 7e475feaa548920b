import { sha256 } from "../server/identity/crypto/digest.ts";
import { newPrefixedId } from "../server/platform/ids.ts";
import { textOf, type Called, type TestAuth, type TestUser } from "./auth-server.ts";

/** An organization with an owner and a directory that writes to it. */
export interface TestDirectory {
  readonly organizationId: string;
  readonly owner: TestUser;
  readonly bearer: string;
  readonly token: string;
  readonly scim: (method: string, path: string, body?: unknown) => Promise<Called>;
  /** Makes a domain the organization's, as if its DNS had said so. */
  readonly verify: (domain: string) => Promise<void>;
  readonly settings: (settings: {
    readonly defaultRole?: string;
    readonly maxRole?: string;
    readonly groupRoles?: readonly { readonly group: string; readonly role: string }[];
  }) => Promise<Called>;
  /** Role and status of a member by address. */
  readonly member: (email: string) => Promise<{ readonly role: string; readonly status: string } | undefined>;
  /** A user of the directory; returns its id. */
  readonly addPerson: (email: string, more?: Readonly<Record<string, unknown>>) => Promise<string>;
}

export const userSchemas = ["urn:ietf:params:scim:schemas:core:2.0:User"];
export const groupSchemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"];

/** A PATCH as RFC 7644 writes it. */
export const patchOf = (...Operations: readonly unknown[]) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations,
});

/** A client of a directory with a token; the media type is that of SCIM. */
export const scimClient =
  (auth: TestAuth, token: string): TestDirectory["scim"] =>
  (method, path, body) =>
    auth.call(method, `/scim/v2${path}`, {
      bearer: token,
      ...(body === undefined ? {} : { body, headers: { "content-type": "application/scim+json; charset=utf-8" } }),
    });

export const addDirectory = async (auth: TestAuth): Promise<TestDirectory> => {
  const organizationId = await auth.addOrganization();
  const owner = await auth.addUser({ organizationId, role: "owner" });
  const { token: bearer } = await auth.login(owner);
  const made = await auth.call("POST", `/api/organizations/${organizationId}/scim-tokens`, {
    bearer,
    body: { name: "Directory" },
  });
  const token = textOf(made.body, "token");
  const scim = scimClient(auth, token);
  return {
    organizationId,
    owner,
    bearer,
    token,
    scim,
    verify: async (domain) => {
      await auth.pool.query(
        `insert into auth.organization_domains (id, organization_id, domain, challenge, verified_at, checked_at, created_by)
         values ($1, $2, $3, $4, now(), now(), $5)`,
        [newPrefixedId("dom"), organizationId, domain, sha256(domain).toString("hex"), owner.id],
      );
    },
    settings: (settings) =>
      auth.call("PUT", `/api/organizations/${organizationId}/directory`, {
        bearer,
        body: { defaultRole: "member", maxRole: "admin", groupRoles: [], ...settings },
      }),
    member: async (email) => {
      const { rows } = await auth.pool.query<{ role: string; status: string }>(
        `select m.role, m.status from auth.organization_memberships m join auth.users u on u.id = m.user_id
         where m.organization_id = $1 and u.email = $2`,
        [organizationId, email],
      );
      return rows[0];
    },
    addPerson: async (email, more = {}) => {
      const added = await scim("POST", "/Users", { schemas: userSchemas, userName: email, active: true, ...more });
      if (added.status !== 201) throw new Error(`POST /Users answered ${added.status} ${JSON.stringify(added.body)}`);
      return textOf(added.body, "id");
    },
  };
};

let accounts = 0;

/** Somebody with an account at an address of the domain. */
export const addAccount = async (auth: TestAuth, domain: string, verified = true): Promise<TestUser> => {
  accounts += 1;
  const user = await auth.addUser();
  const email = `person${accounts}@${domain}`;
  await auth.pool.query(
    "update auth.users set email = $2, email_verified_at = case when $3 then now() end where id = $1",
    [user.id, email, verified],
  );
  return { ...user, email };
};
