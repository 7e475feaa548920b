import { roles } from "@topolo/auth-client";
import { z } from "zod";
import {
  toldCount,
  toldDone,
  toldFlag,
  toldList,
  fieldsOf,
  toldText,
  toldTexts,
  toldTime,
  toldWord,
  ids,
  orNull,
} from "./answer-fields.ts";

export const roleField = (description: string) => toldWord(description, roles);
export const organizationStatus = toldWord(
  "Whether the organization works: `suspended` comes back, `revoked` does not",
  ["active", "suspended", "revoked"],
);
export const principalType = toldWord("What the account is: a person, an account of one service, or a service's own", [
  "human",
  "service_local",
  "service_account",
]);

const person = {
  id: ids.user("The account's id, which never changes"),
  email: toldText("The address that signs in, in lower case", "ann@example.org"),
  emailVerified: toldFlag("Whether the address was shown to be theirs"),
  name: toldText("How the person wants to be called; may be empty", "Ann Example"),
  pictureUrl: orNull(
    toldText("Where the person's picture is", "https://example.org/ann.png"),
    "Where the person's picture is; null: none",
  ),
  principalType,
  principalServices: toldTexts("The services whose account it is; empty for people", "srv_nexus"),
  launcherEligible: toldFlag("Whether the app switcher is for this account: an active person with a membership"),
};

/** Somebody signed in, with all that Auth knows of them. */
export const PersonAnswer = fieldsOf(person).meta({ description: "The person signed in" });

/** Somebody as a validation tells of them: a third party's app learns what it was granted to know. */
export const ValidatedPerson = fieldsOf({
  ...person,
  email: orNull(person.email, "The address that signs in; null: the app was not granted to know it"),
  emailVerified: orNull(person.emailVerified, "Whether the address was shown to be theirs; null: not granted to know"),
  name: orNull(person.name, "How the person wants to be called; null: not granted to know"),
  principalType: orNull(person.principalType, "What the account is; null: not granted to know"),
  launcherEligible: orNull(
    person.launcherEligible,
    "Whether the app switcher is for this account; null: not granted to know",
  ),
});

export const organizationFacts = {
  id: ids.organization("The organization's id, which never changes"),
  slug: toldText("The short name in addresses, unique", "topolo"),
  name: toldText("The organization's name", "Topolo"),
};

/** The organization in which a session acts. */
export const ActiveOrganization = orNull(
  fieldsOf({ ...organizationFacts, status: organizationStatus }),
  "The organization in which the session acts; null: none was chosen",
);

export const SecondFactorAnswer = fieldsOf({
  required: toldFlag("Whether signing in asks for a second factor", false),
  totp: orNull(
    fieldsOf({ confirmedAt: toldTime("When the authenticator's first code was shown") }),
    "The authenticator app; null: none",
  ),
  passkeys: toldCount("How many passkeys the account has"),
  recoveryCodesLeft: toldCount("Recovery codes that were not used yet", 10),
}).meta({ description: "The second factors of the account" });

export const OwnAccountAnswer = fieldsOf({
  user: PersonAnswer,
  sessionId: ids.session("The session behind the request"),
  organization: ActiveOrganization,
  role: orNull(
    roleField("The role in that organization"),
    "The role in that organization; null: no organization is active",
  ),
  platformBypass: toldFlag("Whether the person operates the whole platform", false),
  permissions: toldTexts(
    "What the person may do now in the active organization, as `service.resource:action`",
    "srv_nexus.ai:invoke",
  ),
  secondFactor: SecondFactorAnswer,
  organizations: toldList(
    "Every organization that the session can switch to",
    fieldsOf({
      ...organizationFacts,
      kind: toldWord("What sort of organization it is: `admin` is the platform's own", [
        "standard",
        "admin",
        "developer_workspace",
      ]),
      status: organizationStatus,
      role: roleField("The person's role there"),
    }),
  ),
});

export const UpdatedMeAnswer = fieldsOf({ user: PersonAnswer });

/** Who is signed in and, for an app, an access token. */
export const SessionAnswer = fieldsOf({
  accessToken: toldText(
    "A fresh access token for the app; Auth's own pages get none",
    "eyJhbGciOiJFZERTQSJ9.e30.c2ln",
  ).optional(),
  tokenType: toldText("How the token is presented: always `Bearer`", "Bearer").optional(),
  expiresIn: toldCount("Seconds until the token ends", 600).optional(),
  expiresAt: toldTime("When the token ends").optional(),
  serviceId: ids.service("The app for which the token is").optional(),
  sessionId: ids.session("The session that was opened or goes on"),
  user: PersonAnswer,
  organization: ActiveOrganization,
  role: orNull(
    roleField("The role in that organization"),
    "The role in that organization; null: no organization is active",
  ),
  platformBypass: toldFlag("Whether the person operates the whole platform", false),
});

export const signInMethod = toldWord("A way to show the second factor", ["totp", "recovery_code", "passkey"]);

export const SecondFactorAskedAnswer = fieldsOf({
  status: z
    .literal("mfa_required")
    .meta({ description: "The first factor was right; a second one is asked for", examples: ["mfa_required"] }),
  mfaToken: toldText(
    "Names the sign-in that is to be finished at `POST /login/mfa`",
    "4w5kE0n2c1oQk1m6s9tq8u3v7x0y2z4A6B8C0D2E4F6",
  ),
  methods: toldList("How the second factor can be shown", signInMethod),
  expiresAt: toldTime("Until when the sign-in can be finished"),
});

export const PendingMethodsAnswer = fieldsOf({
  methods: toldList("How the second factor can be shown", signInMethod),
  expiresAt: toldTime("Until when the sign-in can be finished"),
});

export const SignInOptionsAnswer = fieldsOf({
  registration: toldFlag("Whether anybody may make an account; otherwise an invitation is needed"),
  turnstileSiteKey: orNull(
    toldText("The robot check's site key", "0x4AAAAAAA"),
    "The robot check's site key; null: none is shown",
  ),
  providers: toldList(
    "Services people can sign in with",
    fieldsOf({
      id: toldWord("The provider in addresses", ["google", "microsoft", "github"]),
      name: toldText("The provider's name on the button", "Google"),
    }),
  ),
  passkeys: toldDone("Passkeys sign in here"),
});

export const OrganizationSignInFound = fieldsOf({
  organization: orNull(
    fieldsOf({
      name: toldText("The organization whose verified domain it is", "Example Ltd"),
      start: toldText("Where the browser goes to sign in there", "/organization-sign-in/org_example/start"),
      required: toldFlag("Whether people of the domain have to sign in there"),
    }),
    "The organization at which people with addresses of this domain sign in; null: none",
  ),
});

export const AcceptedAnswer = fieldsOf({
  accepted: toldDone("The request was taken; the answer is the same whether or not the address is known"),
});

export const RegisteredAnswer = fieldsOf({
  accepted: toldDone("The registration was taken; the answer is the same whether or not the address is known"),
  verified: toldFlag("With an invitation's link alone: whether it made a verified account").optional(),
});

export const LinkPreviewAnswer = fieldsOf({
  purpose: toldWord("What the link does: verifies the address, or changes it", ["verify", "change"]),
  email: toldText("The address that the link is about", "ann@example.org"),
  side: toldWord("Of a change: whether the link went to the new address or to the present one", [
    "new",
    "old",
  ]).optional(),
  proof: toldWord("What is needed beside the link: the account's password, or a recent sign-in in this browser", [
    "password",
    "sign_in",
  ]),
});

export const ConfirmedAddressAnswer = fieldsOf({ verified: toldDone("The address is verified from now on") });
export const ConfirmedChangeAnswer = fieldsOf({
  confirmed: toldDone("This side of the change is confirmed"),
  changed: toldFlag("Whether the account has the new address: both sides have confirmed", false),
});
export const PasswordResetAnswer = fieldsOf({
  reset: toldDone("The new password counts; every session has ended"),
});
export const LoggedOutAnswer = fieldsOf({
  loggedOut: toldDone("The session has ended, and its cookie is cleared"),
});
