import { listIdentities } from "../federated/store.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Caller } from "../http/steps.ts";
import { listConsents } from "../oauth/consents/store.ts";
import { listPasskeys } from "../passkeys/store.ts";
import { hasPassword } from "../password/own-password.ts";
import { findFactorState } from "../second-factor/store.ts";
import { listLiveSessions } from "../sessions/listing/store.ts";
import { listDevices, listHeldKeys } from "./store.ts";

type Own = HttpExchange & { readonly caller: Caller };

const time = (at: Date | null | undefined): string | null => at?.toISOString() ?? null;

/** Every way into the account of the person signed in; no secret, and nothing from which one could be made. */
export const readWaysIn = async ({ context, caller }: Own): Promise<HttpAnswer> => {
  const { db } = context;
  const { sessionId, user } = caller.session;
  const now = new Date(context.clock.now());
  const [password, passkeys, factors, identities, keys, apps, devices, sessions] = await Promise.all([
    hasPassword(db, user.id),
    listPasskeys(db, user.id),
    findFactorState(db.pool, user.id),
    listIdentities(db, user.id),
    listHeldKeys(db, user.id, now),
    listConsents(db, user.id),
    listDevices(db, user.id, now),
    listLiveSessions(db, user.id, now),
  ]);
  return okAnswer({
    password,
    passkeys: passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({
      id,
      name,
      createdAt: time(createdAt),
      lastUsedAt: time(lastUsedAt),
    })),
    authenticator: factors.totp && { confirmedAt: time(factors.totp.confirmedAt) },
    recoveryCodesLeft: factors.recoveryCodesLeft,
    identities: identities.map(({ provider, email, linkedAt, lastUsedAt }) => ({
      provider,
      email,
      linkedAt: time(linkedAt),
      lastUsedAt: time(lastUsedAt),
    })),
    apiKeys: keys.map((key) => ({ ...key, createdAt: time(key.createdAt), lastUsedAt: time(key.lastUsedAt) })),
    // A program on a device has consent as well; it is one way in.
    connectedApps: apps
      .filter(({ clientId }) => !devices.some((device) => device.clientId === clientId))
      .map(({ clientId, name, grantedAt, lastUsedAt }) => ({
        clientId,
        name,
        grantedAt: time(grantedAt),
        lastUsedAt: time(lastUsedAt),
      })),
    devices: devices.map((device) => ({ ...device, connectedAt: time(device.connectedAt) })),
    sessions: sessions.map(({ id, createdAt, lastSeenAt, ip, userAgent }) => ({
      id,
      current: id === sessionId,
      createdAt: time(createdAt),
      lastSeenAt: time(lastSeenAt),
      ip,
      userAgent,
    })),
  });
};
