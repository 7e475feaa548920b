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
import { organizationFacts, roleField } from "./person-answers.ts";

const lastUsed = (what: string) =>
  orNull(toldTime(`When ${what} was last used`), `When ${what} was last used; null: never`);

const passkeyFacts = {
  id: toldText("The credential's id, base64url", "q83vEjRWeJA"),
  name: toldText("What the person calls it", "Ann's laptop"),
  createdAt: toldTime("When the passkey was registered"),
  lastUsedAt: lastUsed("the passkey"),
};

export const PasskeyAnswer = fieldsOf({
  ...passkeyFacts,
  backedUp: toldFlag("Whether its keeper has a copy elsewhere, such as a phone's cloud"),
  deviceType: toldWord("Whether it can be on several devices, or lives on one", ["multiDevice", "singleDevice"]),
});

export const PasskeysAnswer = fieldsOf({
  passkeys: toldList("The account's passkeys, the newest first", PasskeyAnswer),
});

/** What the browser's own function is called with; its form is WebAuthn's. */
const forBrowser = (call: string) =>
  z.record(z.string(), z.unknown()).meta({
    description: `What \`navigator.credentials.${call}()\` is called with, as WebAuthn's JSON form has it`,
    examples: [{ challenge: "c2hvd24gb25jZQ", rpId: "localhost", timeout: 300_000, userVerification: "preferred" }],
  });

const challengeId = toldText("Names the challenge when the answer is sent", "vft_1a2b3c4d5e6f708192a3b4c5d6e7f809");

export const PasskeyCreationAnswer = fieldsOf({ challengeId, options: forBrowser("create") });
export const PasskeyRequestAnswer = fieldsOf({ challengeId, options: forBrowser("get") });

const identity = fieldsOf({
  provider: toldText("The provider's id; of an organization's own one `org:` and the organization", "google"),
  email: orNull(toldText("The address there", "ann@example.org"), "The address there; null: the provider names none"),
  linkedAt: toldTime("When the identity was linked to the account"),
  lastUsedAt: lastUsed("the identity"),
});
export const IdentitiesAnswer = fieldsOf({ identities: toldList("The linked identities", identity) });

export const OwnInvitationsAnswer = fieldsOf({
  invitations: toldList(
    "Open invitations to the person, by a verified address or by id",
    fieldsOf({
      id: toldText("The invitation's id", "inv_1a2b3c4d5e6f708192a3b4c5d6e7f809"),
      organization: fieldsOf(organizationFacts).meta({ description: "The organization that invites" }),
      role: roleField("The role one gets by accepting"),
      createdAt: toldTime("When the invitation was made"),
      expiresAt: toldTime("Until when it can be accepted"),
    }),
  ),
});
export const JoinedAnswer = fieldsOf({ organizationId: ids.organization("The organization that was joined") });
export const DeclinedAnswer = fieldsOf({ declined: toldDone("The invitation counts no more") });

export const InvitationPreviewAnswer = fieldsOf({
  organization: fieldsOf(organizationFacts).meta({ description: "The organization that invites" }),
  role: roleField("The role one gets by accepting"),
  email: toldText("The address that was invited", "ann@example.org"),
  inviter: toldText("Who invites, by name", "Bob Example"),
  accountExists: toldFlag("Whether the address has an account already", false),
  expiresAt: toldTime("Until when it can be accepted"),
});

export const StartedTotpAnswer = fieldsOf({
  id: toldText("Names the authenticator until it is confirmed", "otp_1a2b3c4d5e6f708192a3b4c5d6e7f809"),
  secret: toldText("The seed in base32, shown once, for typing it in", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
  otpauthUrl: toldText(
    "The same as an address for a QR code",
    "otpauth://totp/Topolo:ann%40example.org?secret=JBSWY3DPEHPK3PXP&issuer=Topolo",
  ),
});
const recoveryCodes = z.array(z.string()).meta({
  description: "Ten codes, shown once, each for one sign-in without the authenticator",
  examples: [["k7mq-2xv9-d4tw"]],
});
export const RecoveryCodesAnswer = fieldsOf({ recoveryCodes });
export const ConfirmedTotpAnswer = fieldsOf({
  recoveryCodes: orNull(recoveryCodes, "Ten codes, shown once; null: the account has some already"),
});
export const RemovedTotpAnswer = fieldsOf({ removed: toldDone("The authenticator's codes count no more") });

/** How a session appears in lists. */
export const sessionFacts = {
  id: ids.session("The session's id"),
  current: toldFlag("Whether the request comes from this session", false),
  createdAt: toldTime("When somebody signed in"),
  lastSeenAt: toldTime("When the session was last used, to a minute or so"),
  ip: orNull(
    toldText("Where it was opened from", "203.0.113.7"),
    "The network address it was opened from; null: not known",
  ),
  userAgent: orNull(
    toldText("What the browser said of itself", "Mozilla/5.0"),
    "What the browser said of itself; null: nothing",
  ),
};
export const signInMethods = toldTexts("How the person signed in, by RFC 8176: `pwd`, `otp`, `hwk`, `mfa`", "pwd");
export const sessionOrganization = orNull(
  ids.organization("The organization active in it"),
  "The organization active in it; null: none",
);

export const OwnSessionsAnswer = fieldsOf({
  sessions: toldList(
    "One's live sessions, the newest first",
    fieldsOf({ ...sessionFacts, amr: signInMethods, organizationId: sessionOrganization }),
  ),
});
export const EndedSessionsAnswer = fieldsOf({ ended: toldCount("How many sessions ended") });

const grantedScope = fieldsOf({
  name: toldText("The scope, as the app asks for it", "srv_nexus.ai:invoke"),
  description: toldText("What it lets the app do, for people", "Call AI models"),
  service: orNull(
    fieldsOf({ id: ids.service("The service's id"), name: toldText("The service's name", "Topolo Nexus") }),
    "The service in which the app acts with it; null: it is about the person alone",
  ),
});
const reachedServices = toldList(
  "Services in which an app of our own acts with all that the person may do",
  fieldsOf({ id: ids.service("The service's id"), name: toldText("The service's name", "Topolo Nexus") }),
);
const clientId = toldText(
  "The app's client id; of an app without a registration the address of its document",
  "partner-web",
);

export const ConsentsAnswer = fieldsOf({
  consents: toldList(
    "Apps that the person has connected, the newest first",
    fieldsOf({
      clientId,
      name: toldText("The app's name", "Partner"),
      serviceId: ids.service("The service that the app belongs to"),
      host: orNull(
        toldText("Where the app's document is", "app.example.com"),
        "Of an app without a registration the host of its document; null: it is registered",
      ),
      scopes: toldList("What the app was granted", grantedScope),
      services: reachedServices,
      grantedAt: toldTime("When the person last agreed"),
      lastUsedAt: lastUsed("the consent"),
    }),
  ),
});
export const EndedConsentAnswer = fieldsOf({
  ended: toldCount("How many grants of the app ended, with their tokens", 2),
});

const accessRequest = {
  client: fieldsOf({
    id: clientId,
    name: toldText("The app's name", "Partner"),
    serviceId: ids.service("The service that the app belongs to"),
    firstParty: toldFlag("Whether it is one of our own apps", false),
    homepage: orNull(
      toldText("The app's home page", "https://app.example.com"),
      "The app's home page; null: none is known",
    ),
    document: orNull(
      z.record(z.string(), z.unknown()).meta({ description: "The document", examples: [{ host: "app.example.com" }] }),
      "What the document of an app without a registration says; null: it is registered",
    ),
  }).meta({ description: "Who asks" }),
  address: toldText("Where the browser goes next, or a device's network address", "https://app.example.com/callback"),
  userAgent: orNull(
    toldText("What the device said of itself", "topolo-cli/1.0"),
    "What the device said of itself; null: nothing",
  ),
  scopes: toldList(
    "What is to be decided",
    fieldsOf({
      ...grantedScope.shape,
      required: toldFlag("Without it there is nothing to allow", false),
      granted: toldFlag("Whether it was granted before", false),
    }),
  ),
  services: reachedServices,
  user: fieldsOf({
    id: ids.user("The account's id"),
    email: toldText("The account's address", "ann@example.org"),
    name: toldText("The person's name", "Ann Example"),
  }).meta({ description: "Who is asked" }),
  organization: orNull(
    fieldsOf({ id: organizationFacts.id, name: organizationFacts.name }),
    "The organization for which the app would act; null: none is active",
  ),
};
export const InteractionAnswer = fieldsOf(accessRequest);
export const DecidedInteractionAnswer = fieldsOf({
  redirectTo: toldText("Where the browser goes with the decision", "http://localhost:3001/sso/authorize/abc"),
});
export const DeviceAnswer = fieldsOf({
  ...accessRequest,
  userCode: toldText("The code as it was typed", "BDFH-KLMN"),
});
export const DecidedDeviceAnswer = fieldsOf({
  done: toldDone("The device learns of the decision when it asks next"),
});

export const WaysInAnswer = fieldsOf({
  password: toldFlag("Whether the account has a password"),
  passkeys: toldList("Passkeys", fieldsOf(passkeyFacts)),
  authenticator: orNull(
    fieldsOf({ confirmedAt: toldTime("When its first code was shown") }),
    "The authenticator app; null: none",
  ),
  recoveryCodesLeft: toldCount("Recovery codes that were not used yet", 10),
  identities: toldList("Linked identities", identity),
  apiKeys: toldList(
    "Keys that the person holds, for themselves or an organization they administer",
    fieldsOf({
      id: ids.key("The key's id"),
      name: toldText("What the key was called", "ci"),
      last4: toldText("The key's last four characters", "x7Qp"),
      owner: toldWord("Whose the key is", ["user", "organization"]),
      organizationName: toldText("The organization of the key, by name", "Topolo"),
      createdAt: toldTime("When the key was made"),
      lastUsedAt: lastUsed("the key"),
    }),
  ),
  connectedApps: toldList(
    "Apps with the person's consent",
    fieldsOf({
      clientId,
      name: toldText("The app's name", "Partner"),
      grantedAt: toldTime("When the person last agreed"),
      lastUsedAt: lastUsed("the consent"),
    }),
  ),
  devices: toldList(
    "Programs on devices that hold tokens of a session",
    fieldsOf({
      clientId: toldText("The program's client id", "nexus-cli"),
      name: toldText("The program's name", "Nexus command line"),
      sessionId: ids.session("The session whose tokens it holds"),
      connectedAt: toldTime("When it was let in"),
    }),
  ),
  sessions: toldList("Live sessions", fieldsOf(sessionFacts)),
});

const droppedWays = fieldsOf({
  passkeys: toldCount("Passkeys removed"),
  authenticators: toldCount("Authenticator apps removed", 0),
  recoveryCodes: toldCount("Recovery codes removed", 0),
  identities: toldCount("Identities unlinked", 0),
  apiKeys: toldCount("Keys revoked"),
  connectedApps: toldCount("Consents taken back", 0),
  devices: toldCount("Programs on devices cut off", 0),
  sessions: toldCount("Sessions ended"),
}).meta({ description: "How many ways in of each kind were dropped" });
export const DroppedWaysInAnswer = fieldsOf({ dropped: droppedWays });
export const RecoveredAccountAnswer = fieldsOf({
  accepted: toldDone("A mail with a link for a new password is on its way to the person"),
  dropped: droppedWays,
});
