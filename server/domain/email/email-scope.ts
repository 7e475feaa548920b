import type { CallContext } from "../../contracts/call-context.ts";
import { ownServiceId } from "../../contracts/own-service.ts";
import type { EmailScope } from "./store-emails.ts";

/**
 * Whose mail a caller sees. An app sees its own, and a credential without an app what was sent without one. A person who
 * uses no app, or the dashboard, sees all of the organization's.
 */
export const emailScopeOf = ({ organizationId, appId, actor }: CallContext): EmailScope => {
  const seesAll = actor.kind === "user" && (appId === undefined || appId === ownServiceId);
  return { organizationId, appId: seesAll ? undefined : (appId ?? "") };
};
