import { randomUUID } from "node:crypto";
import { sandboxToken } from "../../sandbox/turnstile/siteverify.ts";
import { secretIn } from "../auth-server.ts";
import { nexusPage, passkeyCeremonies } from "../passkey-ceremonies.ts";
import { enrolled, pendingOf } from "../second-factor.ts";
import { createSoftwareAuthenticator } from "../software-authenticator.ts";
import type { AuthCalls } from "./auth-call.ts";
import { fromNexus, type AuthWorld } from "./auth-world.ts";

const newPassword = "another very plain test sentence";

/** Calls of those whom nobody knows yet, and of those who sign in. */
export const signInCalls = async ({ auth, person, prepare }: AuthWorld): Promise<AuthCalls> => {
  const { user, cookie, headers } = await person();
  const [registrar, leaver, forgetful, mover, invited, decliner, inviter] = [
    await person(),
    await person(),
    await auth.addUser({ role: "member" }),
    await person(),
    await person({ role: "member", organizationId: "org_admin" }),
    await auth.addUser(),
    await person({ role: "owner" }),
  ];
  const enrolledPerson = await enrolled(auth);
  const pending = await pendingOf(auth, enrolledPerson.user);
  const waiting = await pendingOf(auth, enrolledPerson.user);
  const ceremonies = passkeyCeremonies(auth);
  const newKey = await ceremonies.registerOptions(registrar.token);
  const known = createSoftwareAuthenticator({ origin: "http://localhost:3000" });
  await ceremonies.register(registrar.token, known);
  const shown = await ceremonies.signInOptions();

  const newcomer = `${randomUUID()}@example.com`;
  await prepare("POST", "/register", { body: { email: newcomer, password: user.password } });
  const verifying = secretIn(await auth.mails.to(newcomer, { about: "#token=" }));
  await prepare("POST", "/password/forgot", { body: { email: forgetful.email } });
  const resetting = secretIn(await auth.mails.to(forgetful.email, { about: "#token=" }));
  const newAddress = `${randomUUID()}@example.com`;
  await prepare("POST", "/api/me/email", {
    bearer: mover.token,
    body: { email: newAddress, password: mover.user.password },
  });
  const moving = secretIn(await auth.mails.to(newAddress, { about: "#change=" }), "change");
  const inviteByMail = async (email: string): Promise<string> => {
    await prepare("POST", "/api/organizations/org_topolo/invitations", {
      bearer: inviter.token,
      body: { email, role: "guest" },
    });
    return secretIn(await auth.mails.to(email, { about: "#token=" }));
  };
  const invitation = await inviteByMail(invited.user.email);
  const declined = await inviteByMail(decliner.email);

  return {
    "GET /health": { headers: {} },
    "GET /health/ready": { headers: {} },
    "GET /sign-in/options": { headers: {} },
    "GET /sign-in/pending": { headers: { cookie: `topolo_pending=${waiting}` } },
    "POST /sign-in/organization": { headers: {}, body: { email: "ann@nowhere.example" } },
    "POST /login": { headers: fromNexus, body: { email: user.email, password: user.password } },
    "POST /login/mfa": {
      headers: fromNexus,
      body: { mfaToken: pending, method: "recovery_code", code: enrolledPerson.recoveryCodes[0] },
    },
    "POST /logout": { headers: leaver.headers },
    "POST /refresh": { headers: { ...fromNexus, cookie } },
    "POST /register": {
      headers: {},
      body: { email: `${randomUUID()}@example.com`, password: user.password },
    },
    "POST /passkeys/register/options": { headers: registrar.headers, body: {} },
    "POST /passkeys/register/verify": {
      headers: registrar.headers,
      body: {
        challengeId: newKey.challengeId,
        response: createSoftwareAuthenticator({ origin: "http://localhost:3000" }).create(newKey.options),
        name: "Phone",
      },
    },
    "POST /passkeys/authenticate/options": { headers: nexusPage, body: {} },
    "POST /passkeys/authenticate/verify": {
      headers: nexusPage,
      body: { challengeId: shown.challengeId, response: known.get(shown.options) },
    },
    "POST /email/links/preview": { headers: {}, body: { token: verifying } },
    "POST /email/verify": { headers: {}, body: { token: verifying, password: user.password } },
    "POST /email/verify/resend": { headers: {}, body: { email: newcomer } },
    "POST /email/change/confirm": { headers: {}, body: { token: moving, password: user.password } },
    "POST /password/forgot": { headers: {}, body: { email: user.email } },
    "POST /password/reset": { headers: {}, body: { token: resetting, password: newPassword } },
    "POST /invitations/preview": { headers: {}, body: { token: invitation } },
    "POST /invitations/accept": { headers: invited.headers, body: { token: invitation } },
    "POST /invitations/decline": { headers: fromNexus, body: { token: declined } },
    "GET /validate": { headers },
    "POST /validate": { headers },
    "POST /api/public/developers/apply": {
      headers: {},
      body: {
        email: `${randomUUID()}@example.com`,
        name: "Ann",
        useCase: "Weather for boards",
        turnstileToken: sandboxToken("developer-apply", { nonce: randomUUID() }),
      },
    },
    "POST /api/public/app-submissions": {
      headers: {},
      body: {
        email: `${randomUUID()}@example.com`,
        name: "Ann",
        appName: "Weather",
        appUrl: "https://weather.example.com/",
        description: "Shows the weather",
        turnstileToken: sandboxToken("app-submission", { nonce: randomUUID() }),
      },
    },
  };
};
