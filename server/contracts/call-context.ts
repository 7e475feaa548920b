/** The caller: a closed union, built by every API surface (door) in the same way. */
export type CallActor =
  | {
      readonly kind: "user";
      readonly userId: string;
      readonly sessionId: string;
      readonly role: string;
      /** Platform role in the `admin` organization. */
      readonly platformBypass: boolean;
      /** Until when, in epoch milliseconds, their last sign-in counts as recent; absent: it does not. */
      readonly recentUntil?: number;
    }
  | { readonly kind: "api_key"; readonly keyId: string; readonly userId: string | undefined }
  | {
      readonly kind: "service";
      readonly tokenId: string;
      /** Asserted by the app and checked to be an active member of the organization. */
      readonly userId: string | undefined;
    };

/** The door through which a call came. */
export type Door = "trpc" | "rest" | "openai" | "anthropic" | "google" | "mcp";

/** That the platform pays for an organization's calls. */
export interface Admission {
  /** The platform's hard budget for it, nano-USD a calendar month; undefined: none. */
  readonly monthlyLimitNanos: bigint | undefined;
}

/** What is known of a call before its operation runs: plain data, the same from every door. */
export interface CallContext {
  readonly requestId: string;
  readonly door: Door;
  readonly actor: CallActor;
  readonly organizationId: string;
  readonly organizationSlug: string;
  /** Undefined: nobody has admitted the organization, and only its own vendor keys pay. */
  readonly admission: Admission | undefined;
  /** The registered service id of the calling app, or undefined for an unattributed call. */
  readonly appId: string | undefined;
  /** The user to whom the call is attributed. */
  readonly userId: string | undefined;
  /** The Auth API key to which the call is attributed. */
  readonly keyId: string | undefined;
  /** The app's own customer whose wallet pays for the call, too. */
  readonly customerId?: string | undefined;
  /** Resources for which alone the key works; absent or empty: it is bound to none. */
  readonly boundTo?: readonly { readonly type: string; readonly resourceId: string }[] | undefined;
  /** Concrete `serviceId.resource:action` strings. */
  readonly permissions: ReadonlySet<string>;
  readonly idempotencyKey: string | undefined;
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal;
}
