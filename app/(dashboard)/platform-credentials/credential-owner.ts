import { withMaxAttempts, type NexusClient } from "@topolo/nexus-client";

/** Whose credentials are meant: the platform's own, or those that Nexus manages for an organization. */
export type CredentialOwner = "platform" | { readonly organizationId: string };

interface StoredSecret {
  readonly vendor: string;
  readonly secret: Record<string, string>;
  readonly baseUrl?: string;
}

/** What can be done with an owner's credentials: the gateway has a procedure for each kind of owner. */
export const credentialActions = (owner: CredentialOwner) => ({
  store: (nexus: NexusClient, stored: StoredSecret) =>
    owner === "platform"
      ? nexus.credentials.setPlatformDefault.mutate(stored)
      : nexus.credentials.setOrganizationOverride.mutate({ ...owner, ...stored }),
  rotate: (nexus: NexusClient, stored: StoredSecret) =>
    owner === "platform"
      ? nexus.credentials.rotatePlatformDefault.mutate(stored)
      : nexus.credentials.rotateOrganizationOverride.mutate({ ...owner, ...stored }),
  setStatus: (nexus: NexusClient, vendor: string, status: "active" | "disabled") =>
    owner === "platform"
      ? nexus.credentials.setPlatformDefaultStatus.mutate({ vendor, status })
      : nexus.credentials.setOrganizationOverrideStatus.mutate({ ...owner, vendor, status }),
  // Whoever tested it moments ago is told when they may again, rather than kept waiting.
  test: (nexus: NexusClient, vendor: string) =>
    owner === "platform"
      ? nexus.credentials.testPlatformDefault.mutate({ vendor }, withMaxAttempts(1))
      : nexus.credentials.testOrganizationOverride.mutate({ ...owner, vendor }, withMaxAttempts(1)),
});
