import { AuthClientError } from "./auth-client-error.ts";
import { understand, type AuthResponse, type AskAuth } from "./ask-auth.ts";
import { isFields, textField, timeField } from "./fields.ts";
import { startBrowserAuthentication, type StartAuthentication } from "./passkey.ts";
import type { SessionHolder } from "./session-holder.ts";
import { parseSession, type AuthSession } from "./session.ts";
import type { TabBridge } from "./tab-bridge.ts";

/** How a person can show the second factor. */
export type SecondFactorMethod = "totp" | "passkey" | "recovery_code";

/** A sign-in that waits for its second factor. It is no session: nothing can be asked for with it. */
export interface SecondFactor {
  readonly mfaToken: string;
  readonly methods: readonly SecondFactorMethod[];
  /** ms since the epoch. */
  readonly expiresAt: number;
}

export type LoginOutcome =
  | { readonly status: "authenticated"; readonly session: AuthSession }
  | { readonly status: "second_factor_required"; readonly secondFactor: SecondFactor };

export interface Login {
  readonly login: (credentials: { readonly email: string; readonly password: string }) => Promise<LoginOutcome>;
  /** Goes on where `login` said `second_factor_required`: the six digits of an app, or a recovery code. */
  readonly completeSecondFactor: (
    secondFactor: Pick<SecondFactor, "mfaToken">,
    proof: { readonly method: "totp" | "recovery_code"; readonly code: string },
  ) => Promise<AuthSession>;
  /** Signs in with a passkey alone, or shows one as the second factor. */
  readonly signInWithPasskey: (options?: {
    readonly secondFactor?: Pick<SecondFactor, "mfaToken">;
    readonly startAuthentication?: StartAuthentication;
  }) => Promise<AuthSession>;
}

interface CreateLogin {
  readonly ask: AskAuth["ask"];
  readonly holder: SessionHolder;
  readonly tabs: TabBridge;
}

const isMethod = (value: unknown): value is SecondFactorMethod =>
  value === "totp" || value === "passkey" || value === "recovery_code";

const parseSecondFactor = (body: unknown): SecondFactor => {
  if (!isFields(body) || body.status !== "mfa_required" || !Array.isArray(body.methods))
    throw new TypeError("not a pending sign-in");
  return {
    mfaToken: textField(body, "mfaToken"),
    methods: body.methods.filter(isMethod),
    expiresAt: timeField(body, "expiresAt"),
  };
};

const parseChallenge = (body: unknown): { readonly challengeId: string; readonly options: unknown } => {
  if (!isFields(body) || !isFields(body.options)) throw new TypeError("not a challenge");
  return { challengeId: textField(body, "challengeId"), options: body.options };
};

/** Signing in with what a person knows or holds, without leaving the app. */
export const createLogin = ({ ask, holder, tabs }: CreateLogin): Login => {
  const adopt = (answer: AuthResponse, startedIn: number): AuthSession => {
    const session = understand(answer, parseSession);
    if (startedIn !== holder.generation())
      throw new AuthClientError("aborted", 0, "Another sign-in or sign-out happened in between.");
    holder.become("authenticated", session);
    tabs.send({ type: "session", session });
    return session;
  };

  return {
    login: async ({ email, password }) => {
      const startedIn = holder.nextGeneration();
      const answer = await ask({ path: "/login", body: { email, password } });
      return answer.status === 202
        ? { status: "second_factor_required", secondFactor: understand(answer, parseSecondFactor) }
        : { status: "authenticated", session: adopt(answer, startedIn) };
    },
    completeSecondFactor: async ({ mfaToken }, { method, code }) => {
      const startedIn = holder.nextGeneration();
      return adopt(await ask({ path: "/login/mfa", body: { mfaToken, method, code } }), startedIn);
    },
    signInWithPasskey: async ({ secondFactor, startAuthentication = startBrowserAuthentication } = {}) => {
      const startedIn = holder.nextGeneration();
      const pending = secondFactor ? { mfaToken: secondFactor.mfaToken } : {};
      const offered = await ask({ path: "/passkeys/authenticate/options", body: pending });
      const { challengeId, options } = understand(offered, parseChallenge);
      const response = await startAuthentication(options);
      return adopt(
        await ask({ path: "/passkeys/authenticate/verify", body: { challengeId, response, ...pending } }),
        startedIn,
      );
    },
  };
};
