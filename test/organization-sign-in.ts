import type { Called, TestAuth, TestUser } from "./auth-server.ts";
import { newPrefixedId } from "../server/platform/ids.ts";

/** An organization with an owner, whose own sign-in a test configures. */
export interface TestCompany {
  readonly organizationId: string;
  readonly owner: TestUser;
  readonly bearer: string;
  readonly verify: (domain: string) => Promise<void>;
  readonly configure: (settings: object) => Promise<Called>;
  /** Begins in a browser; returns where it is sent and the cookie that binds it. */
  readonly start: (query?: string) => Promise<{ readonly url: string; readonly cookie: string }>;
  /** What the browser gets at a path of Auth. */
  readonly open: (back: URL, cookie: string) => Promise<Called>;
}

export const addCompany = async (auth: TestAuth, domain: string, id?: string): Promise<TestCompany> => {
  const organizationId = await auth.addOrganization("standard", id);
  const owner = await auth.addUser({ organizationId, role: "owner" });
  const { token: bearer } = await auth.login(owner);
  const verify = async (name: string) => {
    await auth.pool.query(
      `insert into auth.organization_domains (id, organization_id, domain, challenge, verified_at, checked_at, created_by)
       values ($1, $2, $3, 'x', now(), now(), $4)`,
      [newPrefixedId("dom"), organizationId, name, owner.id],
    );
  };
  await verify(domain);
  return {
    organizationId,
    owner,
    bearer,
    verify,
    configure: (settings) =>
      auth.call("PUT", `/api/organizations/${organizationId}/sign-in`, {
        bearer,
        body: { enforced: false, joinOnSignIn: true, ...settings },
      }),
    start: async (query = "") => {
      const { status, headers, cookie } = await auth.call(
        "GET",
        `/organization-sign-in/${organizationId}/start${query}`,
      );
      const url = headers.get("location");
      if (status !== 302 || url === null || cookie === undefined) throw new Error(`start answered ${status} ${url}`);
      return { url, cookie };
    },
    open: (back, cookie) => auth.call("GET", back.pathname + back.search, { headers: { cookie } }),
  };
};
