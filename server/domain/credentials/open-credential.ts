import { NexusError } from "../../errors.ts";
import type { SecretBox } from "../../platform/crypto/index.ts";
import { boundTo } from "./stored-credential.ts";
import type { CredentialRef } from "./load-credentials.ts";

const isTexts = (value: unknown): value is Record<string, string> =>
  typeof value === "object" && value !== null && Object.values(value).every((field) => typeof field === "string");

/**
 * The plaintext, for the one attempt about to be made; not to be kept, logged or put into an answer. Throws SEALED
 * where the key is missing or the row is not the one that was sealed.
 */
export const openCredential = (secretBox: SecretBox, ref: CredentialRef): Record<string, string> => {
  const fields: unknown = JSON.parse(secretBox.open(ref.sealed, boundTo(ref)).reveal());
  if (!isTexts(fields)) throw new NexusError("SEALED");
  return fields;
};
