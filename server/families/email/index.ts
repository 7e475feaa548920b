export { createEmailFamily, type EmailFamilyDeps } from "./email-family.ts";
export { emailRouteOf } from "./email-route.ts";
export { dueTimeOf, mailTimesOf } from "./mail-times.ts";
export { readKeptEmail, type StoredEmail } from "./kept-email.ts";
export { sendEmailRequest, type LetIn, type SendEmailRequest } from "./send-email-request.ts";
