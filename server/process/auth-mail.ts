import { addEmailSender, listEmailSenders } from "../domain/email/index.ts";
import { operatorNamed } from "../contracts/operator.ts";
import type { Deps } from "../platform/deps.ts";
import { isLocalSender, type Env } from "../platform/env.ts";
import { ownAddress } from "./own-address.ts";

/** Whose money carries Auth's mail, and in whose name it is sent. */
const organizationId = "org_topolo";

/**
 * The Nexus that carries Auth's mail; undefined where only the server of the settings does. In production a sender that was
 * never set would be refused by every vendor.
 */
export const nexusMailOf = (
  env: Env,
  { besideNexus }: { readonly besideNexus: boolean },
): { readonly url: string; readonly from: string } | undefined => {
  const { AUTH_MAIL_BY, AUTH_MAIL_FROM: from, AUTH_NEXUS_URL, NODE_ENV } = env;
  const url = AUTH_NEXUS_URL ?? (besideNexus ? ownAddress(env, env.PORT) : undefined);
  if (url === undefined || AUTH_MAIL_BY === "smtp") return undefined;
  return NODE_ENV === "production" && isLocalSender(from) ? undefined : { url, from };
};

/** Lets the platform's organization send for the domain that Auth's mail comes from: the operator has set it. */
export const letAuthSend = async (deps: Deps, env: Env): Promise<void> => {
  const { AUTH_MAIL_FROM: from, AUTH_NEXUS_URL, TOPOLO_AUTH_URL } = env;
  if (TOPOLO_AUTH_URL !== undefined || AUTH_NEXUS_URL !== undefined || isLocalSender(from)) return;
  if (nexusMailOf(env, { besideNexus: true }) === undefined) return;
  const domain = /@([^@<>\s]+)>?\s*$/.exec(from)?.[1]?.toLowerCase();
  const known = await listEmailSenders(deps, organizationId);
  if (domain === undefined || known.some((row) => row.domain === domain)) return;
  await addEmailSender(deps, { ...operatorNamed("start"), organizationId }, domain);
};
