import { z } from "zod";
import { AuthError } from "../../auth-error.ts";
import { sha256 } from "../../crypto/digest.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { Caller } from "../../http/steps.ts";
import { readClient } from "../../service-clients/read-client.ts";
import { decidePayload, findPayloadByUserCode } from "../engine/store.ts";
import { resourceOf } from "../resource.ts";
import { findSignInFacts } from "../store.ts";
import { describeRequest, ScopeChoice, ShownOrganization, type RequestedAccess } from "./access-request.ts";
import { allowRequest } from "./allow-request.ts";
import { requireRecentSignIn } from "../../step-up/require-recent-sign-in.ts";
import { scopesOf } from "./read-interaction.ts";

const model = "DeviceCode";
const userCode = z.string().min(1).max(40);

export const LookUpDeviceInput = z.strictObject({ userCode });
export type LookUpDeviceInput = z.infer<typeof LookUpDeviceInput>;
export const DecideDeviceInput = z.strictObject({
  userCode,
  decision: z.enum(["allow", "deny"]),
  scopes: ScopeChoice,
  organizationId: ShownOrganization,
});
export type DecideDeviceInput = z.infer<typeof DecideDeviceInput>;

interface Asking extends HttpExchange {
  readonly caller: Caller;
}

interface WaitingDevice extends RequestedAccess {
  readonly idHash: Buffer;
}

// As the engine makes them: capital letters without vowels; people write them in groups.
const normalise = (text: string): string => text.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};

/** A device that waits for an answer; unknown, expired and answered codes look alike. */
const findDevice = async ({ context }: HttpExchange, text: string): Promise<WaitingDevice> => {
  const now = new Date(context.clock.now());
  const stored = await findPayloadByUserCode(context.db, model, sha256(normalise(text)), now);
  const { payload } = stored ?? {};
  if (!stored || !payload || stored.consumed_at !== null || "accountId" in payload || "error" in payload)
    throw new AuthError("code_invalid");
  const { scope } = fieldsOf(payload.params);
  const { ip, userAgent } = fieldsOf(payload.deviceInfo);
  const client = typeof payload.clientId === "string" ? await readClient(context, payload.clientId) : undefined;
  if (!client) throw new AuthError("code_invalid");
  return {
    idHash: stored.id_hash,
    client,
    scopes: scopesOf(scope),
    address: typeof ip === "string" ? ip : "",
    userAgent: typeof userAgent === "string" ? userAgent : undefined,
    // A device has no page on which it could ask for the rest.
    anew: true,
  };
};

/** Which app on which device asks, and for what. */
export const lookUpDevice = async (asking: Asking & { readonly input: LookUpDeviceInput }): Promise<HttpAnswer> => {
  const device = await findDevice(asking, asking.input.userCode);
  return okAnswer({ ...(await describeRequest(asking, device)), userCode: asking.input.userCode });
};

/** Answers the device that waits. What it receives lives and dies with this session. */
export const decideDevice = async (asking: Asking & { readonly input: DecideDeviceInput }): Promise<HttpAnswer> => {
  const { context, caller, input } = asking;
  const device = await findDevice(asking, input.userCode);
  const { idHash, client } = device;
  const { user, sessionId, authTime } = caller.session;
  if (input.decision === "deny") {
    const denied = { error: "access_denied", errorDescription: "the person denied the request" };
    if (!(await decidePayload(context.db, model, idHash, denied, {}))) throw new AuthError("code_invalid");
    return okAnswer({ done: true });
  }
  requireRecentSignIn(asking);
  const { grantId, scopes } = await allowRequest(asking, {
    asked: device,
    choice: input.scopes,
    named: input.organizationId,
  });
  const facts = await findSignInFacts(context.db, sessionId);
  const decided = await decidePayload(
    context.db,
    model,
    idHash,
    {
      accountId: user.id,
      grantId,
      scope: scopes.join(" "),
      resource: resourceOf(client.serviceId),
      sessionUid: sessionId,
      sid: sessionId,
      authTime: Math.floor(authTime.getTime() / 1000),
      amr: facts?.amr ?? [],
    },
    { grantId, sessionId },
  );
  if (!decided) throw new AuthError("code_invalid");
  return okAnswer({ done: true });
};
