import { accessTokenMs, type TokenDeps } from "../signing/access-token.ts";
import { issueClientToken } from "../signing/client-token.ts";

/** The service that Auth is where it asks for something itself. */
const ownService = { serviceId: "srv_auth", audience: ["srv_auth", "srv_nexus"] } as const;

/** Auth's own token for Nexus: nobody keeps a secret for it, as it signs the token itself. Used for half of its life. */
export const createOwnToken = (deps: TokenDeps): (() => Promise<string>) => {
  let made: { readonly token: string; readonly until: number } | undefined;
  return async () => {
    const now = deps.clock.now();
    if (made !== undefined && now < made.until) return made.token;
    const token = await issueClientToken(deps, ownService);
    made = { token, until: now + accessTokenMs / 2 };
    return token;
  };
};
