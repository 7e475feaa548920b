import type { MailCategory } from "./mailer.ts";

const categories: ReadonlyMap<string, MailCategory> = new Map([
  ["registration.verify", "otp"],
  ["email.verify", "otp"],
  ["email.change-new", "otp"],
  ["password.reset", "password_reset"],
]);

/** What a mail is about, by its kind. All of it is security mail: its links and news are for its recipient alone. */
export const categoryOf = (kind: string): MailCategory => categories.get(kind) ?? "security_alert";
