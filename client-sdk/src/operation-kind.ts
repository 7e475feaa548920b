import type { Operation } from "@trpc/client";

const meteredFamilies: ReadonlySet<string> = new Set(["ai", "email", "payments"]);

/** Of other rooms: what makes a payment. */
const meteredPaths: ReadonlySet<string> = new Set(["wallets.topUp"]);

/** Mutations of a metered family cost money: they carry an idempotency key and travel alone. */
export const isMetered = ({ type, path }: Pick<Operation, "type" | "path">): boolean =>
  type === "mutation" && (meteredFamilies.has(path.split(".", 1)[0] ?? "") || meteredPaths.has(path));

/** Reads whose answer is a stream. */
const streamedReads: ReadonlySet<string> = new Set([
  "usage.export",
  "usage.entries",
  "audit.export",
  "operations.follow",
]);

/** Metered streams are named `stream…`. */
export const isStream = (operation: Pick<Operation, "type" | "path">): boolean =>
  streamedReads.has(operation.path) ||
  (isMetered(operation) && operation.path.startsWith("stream", operation.path.indexOf(".") + 1));
