import type { CallContext } from "../../contracts/call-context.ts";
import { isOperator, type OperatorContext } from "../../contracts/operator.ts";
import type { Pepper } from "../../platform/crypto/index.ts";
import { isPlatformSuperAdmin } from "../credentials/index.ts";
import type { Deps } from "../../platform/deps.ts";
import type { TokenOwners } from "./store.ts";

/** What verbs about service tokens need. */
export interface ServiceTokenDeps extends Pick<Deps, "db" | "clock"> {
  readonly pepper: Pepper;
  readonly platformSuperAdminUserId: string | undefined;
}

/** The platform super-admin may give tokens what they do not hold themselves. */
export const isSuperAdmin = (deps: ServiceTokenDeps, ctx: CallContext): boolean =>
  isPlatformSuperAdmin(ctx, deps.platformSuperAdminUserId);

/** Whose tokens exist for the caller: for operators all, for the platform super-admin the operators' own as well. */
export const ownersFor = (deps: ServiceTokenDeps, ctx: CallContext | OperatorContext): TokenOwners =>
  isOperator(ctx) ? "all" : { organizationId: ctx.organizationId, andOperators: isSuperAdmin(deps, ctx) };
