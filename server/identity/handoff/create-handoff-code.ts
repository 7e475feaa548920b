import { z } from "zod";
import { createEligibility, isLaunchable } from "../app-switcher/launchable-services.ts";
import { AuthError } from "../auth-error.ts";
import { sha256 } from "../crypto/digest.ts";
import { randomSecret } from "../crypto/random-secret.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import { findHandoffTarget, withCode } from "./redirect-target.ts";
import type { Bearer } from "./present-bearer.ts";
import { findHandoffTargets, insertHandoff } from "./store.ts";

/** How long a code waits for the browser. */
const handoffMs = 60_000;

/** By it an application tells a handoff's code from that of an authorization. */
const handoffPrefix = "thc_";

export const CreateHandoffCodeInput = z.strictObject({
  service_id: z.string().min(1).max(100),
  redirect_uri: z.string().min(1).max(2_000),
  state: z.string().min(1).max(500).optional(),
});
export type CreateHandoffCodeInput = z.infer<typeof CreateHandoffCodeInput>;

interface Create extends HttpExchange {
  readonly bearer: Bearer;
  readonly input: CreateHandoffCodeInput;
}

/** An address at which another service finds the caller's session: single use, a minute, and no token in it. */
export const createHandoffCode = async ({ request, context, bearer, input }: Create): Promise<HttpAnswer> => {
  const { session, serviceId, onDevice, expiresAt: bearerExpiresAt } = bearer;
  // What it opens is a browser's session of another app, which may do more than a device.
  if (onDevice) throw new AuthError("browser_required");
  const { services } = await context.catalogues.recent();
  // A third-party app with a few permissions must not open everything else.
  if (services.get(serviceId)?.firstParty !== true) throw new AuthError("forbidden");
  const service = services.get(input.service_id);
  if (!service) throw new AuthError("service_not_found");
  if (!isLaunchable(service)) throw new AuthError("service_not_launchable");
  const { organization } = session;
  if (!organization || !(await createEligibility(context, session))(service)) throw new AuthError("not_eligible");
  // Somebody else's app gets no session unasked: it is opened, and signs people in by OAuth with their consent.
  const registered = service.firstParty ? await findHandoffTargets(context.db, service.id) : [];
  const redirectUri = findHandoffTarget(service, registered, input.redirect_uri);
  if (redirectUri === undefined) throw new AuthError("redirect_uri_not_registered");
  if (!service.firstParty) return okAnswer({ url: redirectUri, expires_at: null });
  const code = `${handoffPrefix}${randomSecret()}`;
  const now = context.clock.now();
  const expiresAt = new Date(now + handoffMs);
  await insertHandoff(
    context.db,
    {
      codeHash: sha256(code),
      serviceId: service.id,
      redirectUri,
      userId: session.user.id,
      organizationId: organization.id,
      sessionId: session.sessionId,
      expiresAt,
      bearerExpiresAt,
    },
    new Date(now),
    { ip: request.ip, requestId: request.requestId },
  );
  return okAnswer({ url: withCode(redirectUri, code, input.state), expires_at: expiresAt.toISOString() });
};
