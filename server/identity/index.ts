export { createAuthServer, type AuthServer } from "./create-auth-server.ts";
export { openIdentity, type Identity } from "./open-identity.ts";
export type { AllowedOriginSetting, IdentityLimits, IdentitySettings } from "./identity-settings.ts";
export type { FederatedSettings } from "./federated/federated-settings.ts";
export type { OrganizationApiKey } from "./api-keys/create-organization-api-key.ts";
export type { Drift } from "./catalogue/drift.ts";
export { createSmtpMailer } from "./mail/smtp-mailer.ts";
export type { Mail, Mailer } from "./mail/mailer.ts";
export type { TurnstileSettings } from "./intake/turnstile.ts";
