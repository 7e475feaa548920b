import { objectOf, stringOf } from "../read-json.ts";

/** The operation of Nexus' that is written into what a vendor keeps of ours; null for what is none of it. */
export const markedIn = (metadata: unknown): string | null =>
  stringOf(objectOf(metadata)["nexus_operation_id"]) || null;
