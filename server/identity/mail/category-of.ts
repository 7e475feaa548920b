import type { AuthMailCategory } from "./mailer.ts";

const categories: ReadonlyMap<string, AuthMailCategory> = new Map([
  ["registration.verify", "otp"],
  ["email.verify", "otp"],
  ["email.change-new", "otp"],
  ["password.reset", "password_reset"],
]);

/** What a mail is about, by its kind. All of it is security mail: its links and news are for its recipient alone. */
export const categoryOf = (kind: string): AuthMailCategory => categories.get(kind) ?? "security_alert";
