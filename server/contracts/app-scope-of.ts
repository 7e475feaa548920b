import type { CallContext } from "./call-context.ts";
import { ownServiceId } from "./own-service.ts";

/**
 * Of which app a caller sees what was sent and paid: its own, and a credential without an app what was made without one
 * (empty). Undefined: of all apps of the organization, as a person does who uses none of them, or the dashboard.
 */
export const appScopeOf = ({ appId, actor }: Pick<CallContext, "appId" | "actor">): string | undefined =>
  actor.kind === "user" && (appId === undefined || appId === ownServiceId) ? undefined : (appId ?? "");
