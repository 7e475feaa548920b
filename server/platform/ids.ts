import { uuidv7 } from "uuidv7";

/** A new UUIDv7, strictly increasing within the process: the id of ledger rows and requests. */
export const newId = (): string => uuidv7();

/** A UUIDv7 behind a prefix, for example `key_019a…`. */
export const newPrefixedId = (prefix: string): string => `${prefix}_${uuidv7().replaceAll("-", "")}`;
