import { AuthClientError } from "./auth-client-error.ts";
import { understand } from "./ask-auth.ts";
import { isFields, textField } from "./fields.ts";
import { exchangeGrant, postForm, type TokenEndpoint, type TokenSet } from "./token-endpoint.ts";

export interface DeviceSignIn {
  /** What the person types in at `verificationUri`. */
  readonly userCode: string;
  readonly verificationUri: string;
  /** The same with the code in it, for a link or a QR code. */
  readonly verificationUriComplete: string | undefined;
  /** ms since the epoch. */
  readonly expiresAt: number;
  /** Waits until the person has decided; throws `access_denied`, `expired_token` or `aborted`. */
  readonly tokens: (options?: { readonly signal?: AbortSignal }) => Promise<TokenSet>;
}

export interface StartDeviceSignIn extends TokenEndpoint {
  /** `openid offline_access` by default. */
  readonly scope?: string;
}

const slowDownMs = 5_000;
const defaultIntervalMs = 5_000;

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const give = (): void => {
      clearTimeout(timer);
      reject(new AuthClientError("aborted", 0, "The sign-in was cancelled."));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", give);
      resolve();
    }, ms);
    if (signal?.aborted) give();
    else signal?.addEventListener("abort", give, { once: true });
  });

/**
 * Signs in somebody at a command line, who confirms on any device with a browser (RFC 8628).
 *
 * @example
 * const device = await startDeviceSignIn({ authUrl: "https://auth.topolo.app", clientId: "topolo-cli" });
 * console.log(`Open ${device.verificationUri} and enter ${device.userCode}`);
 * const tokens = await device.tokens();
 */
export const startDeviceSignIn = async (options: StartDeviceSignIn): Promise<DeviceSignIn> => {
  const { scope = "openid offline_access", now = Date.now } = options;
  const startedAt = now();
  const answer = await postForm(options, "/oauth/device", { scope });
  const device = understand({ ...answer, retryAfterMs: undefined }, (body) => {
    if (!isFields(body) || typeof body.expires_in !== "number") throw new TypeError("not a device authorization");
    return {
      deviceCode: textField(body, "device_code"),
      userCode: textField(body, "user_code"),
      verificationUri: textField(body, "verification_uri"),
      verificationUriComplete:
        typeof body.verification_uri_complete === "string" ? body.verification_uri_complete : undefined,
      expiresAt: startedAt + body.expires_in * 1000,
      intervalMs: typeof body.interval === "number" ? body.interval * 1000 : defaultIntervalMs,
    };
  });
  const { deviceCode, intervalMs, ...shown } = device;

  return {
    ...shown,
    tokens: async ({ signal } = {}) => {
      for (let waitMs = intervalMs; now() < device.expiresAt;) {
        await pause(waitMs, signal);
        try {
          return await exchangeGrant(options, {
            grant_type: "urn:ietf:params:oauth:grant-type:device_code",
            device_code: deviceCode,
          });
        } catch (error) {
          if (!AuthClientError.is(error)) throw error;
          // A command line outlives a hiccup of the network; it asks less often after one, as RFC 8628 wants.
          if (error.code === "slow_down" || error.code === "unavailable") waitMs += slowDownMs;
          else if (error.code !== "authorization_pending") throw error;
        }
      }
      throw new AuthClientError("expired_token", 0, "Nobody confirmed the sign-in in time.");
    },
  };
};
