import { hash } from "node:crypto";

const alphabet = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz";

/** Ids that look made up: letters and figures, never the same twice. */
export const createNewIds = (now: () => number): ((length: number) => string) => {
  let serial = 0;
  return (length) => {
    serial += 1;
    const digest = hash("sha512", `${serial} ${now()}`, "buffer");
    return [...digest.subarray(0, length)].map((byte) => alphabet.charAt(byte % alphabet.length)).join("");
  };
};
