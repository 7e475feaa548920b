import type { CallContext } from "../../contracts/call-context.ts";
import type { Pepper } from "../../platform/crypto/index.ts";
import { isPlatformSuperAdmin } from "../credentials/index.ts";
import type { Ground } from "../../platform/ground.ts";

/** What verbs about service tokens stand on. */
export interface ServiceTokenGround extends Ground {
  readonly pepper: Pepper;
  readonly platformSuperAdminUserId: string | undefined;
}

/** The platform super-admin also answers for the tokens that operators have issued. */
export const seesPlatform = (ground: ServiceTokenGround, ctx: CallContext): boolean =>
  isPlatformSuperAdmin(ctx, ground.platformSuperAdminUserId);
