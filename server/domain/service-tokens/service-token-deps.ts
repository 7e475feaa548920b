import type { CallContext } from "../../contracts/call-context.ts";
import type { Pepper } from "../../platform/crypto/index.ts";
import { isPlatformSuperAdmin } from "../credentials/index.ts";
import type { Deps } from "../../platform/deps.ts";

/** What verbs about service tokens stand on. */
export interface ServiceTokenDeps extends Deps {
  readonly pepper: Pepper;
  readonly platformSuperAdminUserId: string | undefined;
}

/** The platform super-admin also answers for the tokens that operators have issued. */
export const seesPlatform = (deps: ServiceTokenDeps, ctx: CallContext): boolean =>
  isPlatformSuperAdmin(ctx, deps.platformSuperAdminUserId);
