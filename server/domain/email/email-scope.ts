import type { CallContext } from "../../contracts/call-context.ts";
import type { EmailScope } from "./store-emails.ts";

/**
 * Whose mail a caller sees. An app sees its own, and a credential without an app what was sent without one. A person who
 * uses no app, such as in the dashboard, sees all of the organization's.
 */
export const emailScopeOf = ({ organizationId, appId, actor }: CallContext): EmailScope => ({
  organizationId,
  appId: appId ?? (actor.kind === "user" ? undefined : ""),
});
