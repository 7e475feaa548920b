import { errors, type Adapter, type AdapterPayload } from "oidc-provider";
import type { Clock } from "../../../platform/clock.ts";
import { sha256 } from "../../crypto/digest.ts";
import type { AuthDatabase } from "../../database/store.ts";
import {
  consumePayload,
  endGrantOf,
  findPayload,
  findPayloadByUserCode,
  noteUse,
  pollDeviceCode,
  removeByGrant,
  removePayload,
  revokeIssuedTokens,
  savePayload,
  type PayloadRow,
} from "./store.ts";

interface PayloadDeps {
  readonly db: AuthDatabase;
  readonly clock: Clock;
}

/** What the engine wrote, as it expects it back; `jti` is what the client holds and is not stored. */
const restore = ({ payload, consumed_at }: PayloadRow, id: string | undefined): AdapterPayload => ({
  ...payload,
  ...(id === undefined ? {} : { jti: id }),
  ...(consumed_at === null ? {} : { consumed: Math.floor(consumed_at.getTime() / 1000) }),
});

/**
 * A device asks again and again, and the engine looks at the grant after the code was used up: of two polls at once the
 * second would end what the first is about to get. For a moment it finds no code; after that it is a replay.
 */
const pollsMs = 5_000;

/** Seconds between two questions of a device, as it is told; each that comes too soon adds five (RFC 8628 §3.5). */
export const devicePollSeconds = 5;
const toleranceSeconds = 1;

/** Used once, and a sign of theft when they come again. */
const singleUse: ReadonlySet<string> = new Set(["AuthorizationCode", "RefreshToken"]);

/** Keeps what the engine must find again: codes, refresh tokens, grants, interactions. */
export const createPayloadAdapter = ({ db, clock }: PayloadDeps, model: string): Adapter => {
  const now = (): Date => new Date(clock.now());
  const isDeviceCode = model === "DeviceCode";

  const findDeviceCode = async (id: string): Promise<AdapterPayload | undefined> => {
    const poll = { idHash: sha256(id), now: now(), intervalSeconds: devicePollSeconds, toleranceSeconds };
    const stored = await pollDeviceCode(db, poll);
    if (!stored) return undefined;
    if (stored.expired) return { ...restore(stored, id), exp: 1 };
    if (stored.too_soon) throw new errors.SlowDown();
    const usedAt = stored.consumed_at?.getTime();
    return usedAt !== undefined && clock.now() - usedAt < pollsMs ? undefined : restore(stored, id);
  };

  return {
    upsert: async (id, payload, expiresIn) => {
      // The engine looks first and notes then: of two uses at once the second is found out here.
      if (model === "ReplayDetection") {
        const expiresAt = new Date(clock.now() + (expiresIn ?? 0) * 1000);
        if (await noteUse(db, { idHash: sha256(id), now: now(), expiresAt })) return;
        throw new errors.InvalidRequest("used already");
      }
      const { jti: _, userCode, consumed: __, ...kept } = payload;
      await savePayload(db, {
        model,
        idHash: sha256(id),
        payload: kept,
        grantId: payload.grantId,
        userCodeHash: userCode === undefined ? undefined : sha256(userCode),
        sessionId: payload.sessionUid,
        expiresAt: expiresIn === undefined ? undefined : new Date(clock.now() + expiresIn * 1000),
      });
    },
    find: async (id) => {
      if (isDeviceCode) return findDeviceCode(id);
      const stored = await findPayload(db, model, sha256(id), now());
      // The engine would end the grant last, and meanwhile the first use might still be given a token.
      if (stored?.consumed_at && singleUse.has(model)) await endGrantOf(db, model, sha256(id));
      return stored && restore(stored, id);
    },
    findByUserCode: async (userCode) => {
      const stored = await findPayloadByUserCode(db, model, sha256(userCode), now());
      return stored && { ...restore(stored, undefined), userCode };
    },
    // Only sessions are looked for by uid.
    findByUid: () => Promise.resolve(undefined),
    consume: async (id) => {
      if (await consumePayload(db, model, sha256(id), now())) return;
      if (!isDeviceCode) await endGrantOf(db, model, sha256(id));
      throw new errors.InvalidGrant("used already");
    },
    destroy: (id) => removePayload(db, model, sha256(id)),
    revokeByGrantId: (grantId) =>
      model === "AccessToken" ? revokeIssuedTokens(db, grantId) : removeByGrant(db, model, grantId),
  };
};
