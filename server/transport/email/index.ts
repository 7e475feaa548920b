export { sendEmail } from "./send-email.ts";
