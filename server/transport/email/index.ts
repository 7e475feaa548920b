export { cancelEmail, rescheduleEmail } from "./change-queued-email.ts";
export { sendBatch } from "./send-batch.ts";
export { renderEmail, sendEmail } from "./send-email.ts";
