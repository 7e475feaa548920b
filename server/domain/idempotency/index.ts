export { fingerprintOf } from "./fingerprint-of.ts";
export { idempotencyKeyOf } from "./idempotency-key-of.ts";
export { readFirstAnswer } from "./read-first-answer.ts";
