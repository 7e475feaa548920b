export { addEmailSender, listEmailSenders, removeEmailSender } from "./email-senders.ts";
export { isEmailSender } from "./store.ts";
