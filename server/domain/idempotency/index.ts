export { fingerprintOf } from "./fingerprint-of.ts";
export { idempotencyKeyOf } from "./idempotency-key-of.ts";
export { isUsedKey } from "./is-used-key.ts";
export { selectOperationOfKey } from "./store.ts";
export { readFirstAnswer } from "./read-first-answer.ts";
