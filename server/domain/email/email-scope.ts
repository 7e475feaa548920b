import { appScopeOf } from "../../contracts/app-scope-of.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { EmailScope } from "./store-emails.ts";

/** Whose mail a caller sees. */
export const emailScopeOf = (call: CallContext): EmailScope => ({
  organizationId: call.organizationId,
  appId: appScopeOf(call),
});
