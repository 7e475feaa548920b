export type ProviderId = "google" | "microsoft" | "github";

/** A provider of this deployment, or one of an organization. */
export type AnyProviderId = ProviderId | `org:${string}`;

/** Who a provider says has signed in there. */
export interface ProviderIdentity {
  /** Never changes, and belongs to nobody else at this provider. */
  readonly subject: string;
  /** In its normal form; undefined where the provider names none that is an address. */
  readonly email: string | undefined;
  /** Whether the provider vouches that the address is theirs. */
  readonly emailVerified: boolean;
  readonly name: string;
  readonly pictureUrl: string | undefined;
}

/** What ties a sign-in at a provider to the browser that began it. */
export interface FlowSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** A service people may sign in with. */
export interface Provider<Id extends AnyProviderId = ProviderId> {
  readonly id: Id;
  readonly name: string;
  /** Where the browser goes; throws `provider_unavailable` where the provider does not answer as it should. */
  readonly authorizationUrl: (flow: FlowSecrets) => Promise<URL>;
  /** Redeems the answer the browser brought; throws `federated_failed` or `provider_unavailable`. */
  readonly identify: (callback: URL, flow: FlowSecrets) => Promise<ProviderIdentity>;
}
