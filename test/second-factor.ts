import { Secret, TOTP } from "otpauth";
import { textOf, type Called, type TestAuth, type TestUser } from "./auth-server.ts";

export const nexusServiceHeader = { "x-service-id": "srv_nexus" };

/** The code an authenticator shows at the suite's time, moved by whole steps. */
export const codeOf = (auth: TestAuth, secret: string, steps = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: auth.clock.now() + steps * 30_000 });

/** A code that is none of those that count at the moment. */
export const wrongCode = (auth: TestAuth, secret: string): string => {
  const right = new Set([-1, 0, 1].map((steps) => codeOf(auth, secret, steps)));
  for (let number = 0; ; number += 1) {
    const code = String(number).padStart(6, "0");
    if (!right.has(code)) return code;
  }
};

export interface Enrolled {
  readonly user: TestUser;
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
  /** Of the session that enrolled. */
  readonly token: string;
  readonly cookie: string;
}

/** A person whose sign-in asks for an authenticator's code; time has moved on past the code that confirmed it. */
export const enrolled = async (auth: TestAuth): Promise<Enrolled> => {
  const user = await auth.addUser({ role: "member" });
  const { token, cookie } = await auth.login(user);
  const started = await auth.call("POST", "/api/me/mfa/totp", { bearer: token });
  const secret = textOf(started.body, "secret");
  const confirmed = await auth.call("POST", `/api/me/mfa/totp/${textOf(started.body, "id")}/confirm`, {
    bearer: token,
    body: { code: codeOf(auth, secret) },
  });
  if (confirmed.status !== 200) throw new Error(`not confirmed: ${JSON.stringify(confirmed.body)}`);
  auth.clock.advance(60_000);
  return { user, secret, recoveryCodes: confirmed.body["recoveryCodes"] as string[], token, cookie };
};

/** The first factor alone; returns the token of the pending sign-in. */
export const pendingOf = async (auth: TestAuth, { email, password }: TestUser): Promise<string> => {
  const answer = await auth.call("POST", "/login", { body: { email, password }, headers: nexusServiceHeader });
  if (answer.status !== 202) throw new Error(`login answered ${answer.status}`);
  return textOf(answer.body, "mfaToken");
};

/** Finishes, on Auth's own page, a sign-in that an answer has left waiting for a code. */
export const finishOnPage = (auth: TestAuth, { headers }: Called, code: string): Promise<Called> =>
  auth.call("POST", "/login/mfa", {
    cookie: /topolo_pending=[\w-]+/.exec(headers.getSetCookie().join())?.[0] ?? "",
    headers: { origin: "http://localhost:3001", "x-topolo-auth": "1" },
    body: { method: "totp", code },
  });
