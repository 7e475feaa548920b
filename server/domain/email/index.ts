export { admitEmail, withdrawEmail, type AdmissionStage, type AdmittedEmail } from "./admit-email.ts";
export type { EmailDeps } from "./email-deps.ts";
export { addEmailSender, listEmailSenders, removeEmailSender } from "./email-senders.ts";
export { getEmail, listEmails } from "./read-emails.ts";
export { isEmailSender } from "./store.ts";
export { addSuppression, checkSuppression, listSuppressions, removeSuppression } from "./suppressions.ts";
