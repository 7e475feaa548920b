import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { CallContext } from "../server/contracts/call-context.ts";
import type { CredentialDeps, CredentialVendor } from "../server/domain/credentials/index.ts";
import { openKeyring, openPepper } from "../server/platform/crypto/index.ts";
import type { Logger } from "../server/platform/logger.ts";
import { openTestDeps, testContext, type TestDeps } from "./deps.ts";

export type TestCredentialDeps = CredentialDeps & TestDeps;

/** One entry of `NEXUS_ENCRYPTION_KEYS`. */
export const keyEntry = (name: string): string => `${name}:${randomBytes(32).toString("base64")}`;

const apiKey = z.object({ apiKey: z.string().min(3) });

/** A vendor with one address, one with an address of one's own, and one with two fields. */
export const testVendors: readonly CredentialVendor[] = [
  {
    id: "openai",
    name: "OpenAI",
    credential: apiKey,
    defaultBaseUrl: "https://api.openai.test/v1",
    customBaseUrl: false,
  },
  { id: "vllm", name: "vLLM", credential: apiKey, defaultBaseUrl: "https://vllm.test", customBaseUrl: true },
  {
    id: "twofold",
    name: "Twofold",
    credential: z.object({ accessId: z.string().min(1), accessSecret: z.string().min(1) }),
    defaultBaseUrl: "https://twofold.test",
    customBaseUrl: false,
  },
];

export const platformSuperAdminUserId = "usr_platform";

export const platformSuperAdmin = (): CallContext =>
  testContext({
    organizationId: "org_admin",
    organizationSlug: "admin",
    userId: platformSuperAdminUserId,
    actor: {
      kind: "user",
      userId: platformSuperAdminUserId,
      sessionId: "ses_1",
      role: "platform_super_admin",
      platformBypass: true,
    },
  });

export const openTestCredentialDeps = async (log?: Logger, keyring = keyEntry("k1")): Promise<TestCredentialDeps> => ({
  ...(await openTestDeps(log)),
  secretBox: openKeyring(keyring),
  pepper: openPepper(randomBytes(32).toString("base64")),
  vendors: new Map(testVendors.map((vendor) => [vendor.id, vendor])),
  checkBaseUrl: (baseUrl) => {
    if (!baseUrl.startsWith("https://")) throw new Error("plain http is not allowed");
  },
  platformSuperAdminUserId,
});
