import { newPrefixedId } from "../../platform/ids.ts";
import { sha256 } from "../crypto/digest.ts";
import { formatApiKey } from "./api-key-format.ts";
import type { NewApiKey } from "./store.ts";

/** A fresh key and the row that knows it; only the row is stored. */
export const mintApiKey = (
  facts: Omit<NewApiKey, "id" | "prefix" | "last4" | "secretHash">,
): { readonly apiKey: string; readonly row: NewApiKey } => {
  const id = newPrefixedId("key");
  const apiKey = formatApiKey(id, facts.environment);
  // Ids begin with the time, so keys made together would share a prefix: show the id's random end instead.
  const prefix = `tpk_${facts.environment}_…${id.slice(-8)}`;
  return { apiKey, row: { ...facts, id, prefix, last4: apiKey.slice(-4), secretHash: sha256(apiKey) } };
};
