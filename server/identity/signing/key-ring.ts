import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from "jose";
import type { Clock } from "../../platform/clock.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Sealer } from "../crypto/seal.ts";
import type { AuthDatabase } from "../database/store.ts";
import {
  loadSigningKeys,
  resealSigningKeys,
  retireSigningKeys,
  rotateSigningKeys,
  type NewSigningKey,
  type RotateWhen,
  type SigningKeyRow,
} from "./store.ts";

/** The keys of access tokens. */
export interface KeyRing {
  readonly active: () => { readonly kid: string; readonly privateKey: CryptoKey };
  /** By exact `kid`; undefined where no such key is published. */
  readonly find: (kid: string) => Promise<CryptoKey | undefined>;
  readonly publicJwks: () => readonly JWK[];
  /** At once, whatever the schedule says. */
  readonly rotate: () => Promise<void>;
  /** To be called every minute: rotates when it is time, retires what has run out, and reads what others have done. */
  readonly maintain: () => Promise<void>;
}

interface CreateKeyRing {
  readonly db: AuthDatabase;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long a key signs before the next one takes over. */
  readonly periodMs: number;
}

interface Ring {
  readonly active: { readonly kid: string; readonly privateKey: CryptoKey };
  readonly publicKeys: ReadonlyMap<string, CryptoKey>;
  readonly publicJwks: readonly JWK[];
  readonly loadedAt: number;
}

const reloadAfterMs = 60_000;
// Unknown kids cost nothing to invent, so they buy a reload only now and then.
const unknownReloadMs = 2_000;
// Tokens live ten minutes, clocks may differ by half a minute, and another process may sign with the old key for two more.
const retireAfterMs = 15 * 60_000;
// Readers of the key set keep it for a minute, our own processes as well.
const publishMs = 5 * 60_000;

const boundTo = (kid: string): string => `auth.signing_keys:${kid}`;

const isJwk = (value: unknown): value is JWK =>
  typeof value === "object" && value !== null && "kty" in value && value.kty === "EC";

const parseJwk = (value: unknown): JWK => {
  if (!isJwk(value)) throw new TypeError("a stored signing key is not an EC key");
  return value;
};

/** The guarantee: EC keys are imported as CryptoKey; only symmetric ones come as bytes. */
const importKey = async (jwk: JWK): Promise<CryptoKey> => (await importJWK(jwk, "ES256")) as CryptoKey;

const generate = async (sealer: Sealer): Promise<NewSigningKey> => {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  return {
    kid,
    publicJwk: { ...publicJwk, kid, alg: "ES256", use: "sig" },
    privateJwkSealed: sealer.seal(JSON.stringify(await exportJWK(privateKey)), boundTo(kid)),
  };
};

const build = async (keys: readonly SigningKeyRow[], sealer: Sealer, loadedAt: number): Promise<Ring> => {
  const active = keys.find(({ status }) => status === "active");
  if (!active) throw new Error("Auth has no active signing key");
  const publicJwks = keys.map(({ publicJwk }) => parseJwk(publicJwk));
  const entries = await Promise.all(
    keys.map(async ({ kid, publicJwk }) => [kid, await importKey(parseJwk(publicJwk))] as const),
  );
  const privateJwk: unknown = JSON.parse(sealer.open(active.privateJwkSealed, boundTo(active.kid)));
  return {
    active: { kid: active.kid, privateKey: await importKey(parseJwk(privateJwk)) },
    publicKeys: new Map(entries),
    publicJwks,
    loadedAt,
  };
};

/** Opens the stored keys, making the first ones where there are none. Throws where they cannot be unsealed. */
export const createKeyRing = async ({ db, sealer, clock, log, periodMs }: CreateKeyRing): Promise<KeyRing> => {
  const rotate = async (when: RotateWhen): Promise<boolean> => {
    const fresh = [await generate(sealer), await generate(sealer)] as const;
    return rotateSigningKeys(db, { fresh, now: new Date(clock.now()), when });
  };
  const rotateIfDue = async (): Promise<void> => {
    const now = clock.now();
    const when = { activatedBy: new Date(now - periodMs), publishedBy: new Date(now - publishMs) };
    const [active] = (await loadSigningKeys(db)).filter(({ status }) => status === "active");
    // Keys are costly to make: only where one seems needed. Whether it is, is decided under the lock.
    if (active && (active.activatedAt ?? active.createdAt) > when.activatedBy) return;
    if (await rotate(when)) log.info("the signing keys moved on");
  };
  const load = async (): Promise<Ring> => {
    const now = clock.now();
    await retireSigningKeys(db, new Date(now - retireAfterMs), new Date(now));
    return build(await loadSigningKeys(db), sealer, clock.monotonic());
  };
  if (!(await loadSigningKeys(db)).some(({ status }) => status === "active")) await rotate("first");
  const resealed = await resealSigningKeys(
    db,
    sealer.isCurrent,
    (sealed, kid) => sealer.seal(sealer.open(sealed, boundTo(kid)), boundTo(kid)),
    new Date(clock.now()),
  );
  if (resealed > 0) log.info({ count: resealed }, "signing keys sealed under the current encryption key");
  let ring = await load();
  let reloading: Promise<void> | undefined;

  const reload = (): Promise<void> => {
    reloading ??= load()
      .then((fresh) => {
        ring = fresh;
      })
      .finally(() => {
        reloading = undefined;
      });
    return reloading;
  };

  return {
    active: () => {
      if (clock.monotonic() - ring.loadedAt > reloadAfterMs) {
        reload().catch((error: unknown) => log.error({ err: error }, "signing keys cannot be read"));
      }
      return ring.active;
    },
    find: async (kid) => {
      const age = clock.monotonic() - ring.loadedAt;
      if (age > reloadAfterMs || (!ring.publicKeys.has(kid) && age > unknownReloadMs)) await reload();
      return ring.publicKeys.get(kid);
    },
    publicJwks: () => ring.publicJwks,
    rotate: async () => {
      await rotate("always");
      await reload();
    },
    maintain: async () => {
      await rotateIfDue();
      await reload();
    },
  };
};
