interface Registered {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The services people may sign in with. An address named here may be private or plain http; none else may. */
export interface FederatedSettings {
  readonly google?: Registered & { readonly issuer?: string | undefined };
  readonly microsoft?: Registered & {
    /** A tenant's id or domain, or `common`, `organizations`, `consumers`. */
    readonly tenant?: string | undefined;
    readonly issuer?: string | undefined;
  };
  readonly github?: Registered & {
    /** The web site, for GitHub Enterprise Server. */
    readonly url?: string | undefined;
    readonly apiUrl?: string | undefined;
  };
  /** Of each request to a provider. */
  readonly timeoutMs?: number;
}
