import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { ActingAnswer } from "../acting/key-store.ts";

/** What goes wrong with a request for a token. */
export type TokenFault = "refused" | "unavailable" | "garbage" | "rate-limited";

const lifetimeMs = 32_400_000;

const credential = {
  clientId: "sandbox-client-takes-any-secret",
  clientSecret: "sandbox-secret-of-any-value",
} as const;

const answers: Readonly<Record<TokenFault, ActingAnswer>> = {
  refused: {
    status: 401,
    body: JSON.stringify({ error: "invalid_client", error_description: "Client Authentication failed" }),
  },
  unavailable: { status: 503, body: JSON.stringify({ name: "SERVICE_UNAVAILABLE", message: "Service Unavailable." }) },
  garbage: { status: 200, body: JSON.stringify({ token_type: "Bearer" }) },
  "rate-limited": {
    status: 429,
    headers: { "retry-after": "2" },
    body: JSON.stringify({ name: "RATE_LIMIT_REACHED", message: "Too many requests." }),
  },
};

/** PayPal's access tokens: https://developer.paypal.com/api/rest/authentication/ */
export const createTokens = (now: () => number) => {
  const valid = new Map<string, number>();
  let issued = 0;
  let fault: () => TokenFault | undefined = () => undefined;

  return {
    credential,
    issue: ({ method, headers }: IncomingMessage, raw: string): ActingAnswer => {
      const [, basic = ""] = /^Basic (\S+)$/.exec(headers.authorization ?? "") ?? [];
      const [client = "", secret = ""] = Buffer.from(basic, "base64").toString().split(":");
      const wrong = fault();
      if (wrong !== undefined) return answers[wrong];
      if (method !== "POST" || client.length < 8 || secret.length < 8) return answers.refused;
      if (new URLSearchParams(raw).get("grant_type") !== "client_credentials")
        return { status: 400, body: JSON.stringify({ error: "unsupported_grant_type" }) };
      const token = `A21AA${randomBytes(48).toString("base64url")}`;
      valid.set(token, now() + lifetimeMs);
      issued += 1;
      return {
        status: 200,
        body: JSON.stringify({
          scope: "https://uri.paypal.com/services/payments/payment",
          access_token: token,
          token_type: "Bearer",
          app_id: "APP-80W284485P519543T",
          expires_in: lifetimeMs / 1_000,
          nonce: new Date(now()).toISOString(),
        }),
      };
    },
    isValid: (authorization = ""): boolean => {
      const until = valid.get(authorization.replace(/^Bearer /, ""));
      return authorization.startsWith("Bearer ") && until !== undefined && now() < until;
    },
    /** How many were given out since the last reset. */
    issued: () => issued,
    /** Takes back all that are given out. */
    withdraw: () => valid.clear(),
    /** What goes wrong from now on. */
    setFault: (next: typeof fault) => {
      fault = next;
    },
    clear: () => {
      valid.clear();
      issued = 0;
      fault = () => undefined;
    },
  };
};
