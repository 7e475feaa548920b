import type { EmailTemplate } from "../mail/compose-email.ts";
import type { DroppedWaysIn } from "./store.ts";

const names: Readonly<Record<keyof DroppedWaysIn, readonly [one: string, many: string]>> = {
  passkeys: ["passkey", "passkeys"],
  authenticators: ["authenticator app", "authenticator apps"],
  recoveryCodes: ["recovery code", "recovery codes"],
  identities: ["linked account of another service", "linked accounts of other services"],
  apiKeys: ["API key", "API keys"],
  connectedApps: ["connected app", "connected apps"],
  devices: ["device", "devices"],
  sessions: ["other session", "other sessions"],
};

const isKind = (kind: string): kind is keyof DroppedWaysIn => kind in names;

const sayCounts = (dropped: DroppedWaysIn): string =>
  Object.entries(dropped)
    .flatMap(([kind, count]) => (isKind(kind) && count > 0 ? [`${count} ${names[kind][count === 1 ? 0 : 1]}`] : []))
    .join(", ");

/** Tells a person that all other ways into the account are gone. */
export const waysInDroppedEmail = (issuer: string, dropped: DroppedWaysIn): EmailTemplate => {
  const counts = sayCounts(dropped);
  return {
    subject: "Other ways into your account were removed",
    paragraphs: [
      counts === ""
        ? "There was no other way into your Topolo account."
        : `Removed from your Topolo account: ${counts}. Its password still works, and signing in asks for no second factor until you set one up.`,
    ],
    closing: [`If this was not you, choose a new password now at ${issuer}/forgot-password`],
  };
};
