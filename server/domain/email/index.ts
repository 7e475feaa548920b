export { admitEmail, withdrawEmail, type AdmittedEmail } from "./admit-email.ts";
export { writeEmail } from "./write-email.ts";
export {
  getEmailTemplate,
  listEmailTemplates,
  previewEmailTemplate,
  removeEmailTemplate,
  setEmailTemplate,
} from "./email-templates.ts";
export type { EmailDeps } from "./email-deps.ts";
export { getEmailSettings, setEmailSettings } from "./email-settings.ts";
export { listEvents } from "./list-events.ts";
export { pruneEmails } from "./prune-emails.ts";
export { matchEmailEvents, reportEvent } from "./report-event.ts";
export { listEmailDomains, verifyEmailDomain } from "./email-domains.ts";
export { addEmailSender, listEmailSenders, removeEmailSender } from "./email-senders.ts";
export { getEmail, listEmails } from "./read-emails.ts";
export { isEmailSender } from "./store.ts";
export { suppressedNow } from "./suppressed-now.ts";
export { addSuppression, checkSuppression, listSuppressions, removeSuppression } from "./suppressions.ts";
