import { Secret, TOTP } from "otpauth";

const stepSeconds = 30;

/** Where a seed is sealed: the row it belongs to. */
export const seedBoundTo = (id: string): string => `auth.totp_credentials:${id}`;

const totpOf = (secret: Secret, issuer = "Topolo", label = ""): TOTP =>
  new TOTP({ issuer, label, secret, algorithm: "SHA1", digits: 6, period: stepSeconds });

/** A fresh 160-bit seed, in base32. */
export const newSeed = (): string => new Secret({ size: 20 }).base32;

/** What an authenticator app scans. */
export const otpauthUrl = (seed: string, label: string): string =>
  totpOf(Secret.fromBase32(seed), "Topolo", label).toString();

/** The step a code belongs to: the present one or a neighbour. Undefined where it is not right. */
export const stepOfCode = (seed: string, code: string, nowMs: number): number | undefined => {
  const delta = totpOf(Secret.fromBase32(seed)).validate({ token: code, timestamp: nowMs, window: 1 });
  return delta === null ? undefined : Math.floor(nowMs / 1_000 / stepSeconds) + delta;
};
