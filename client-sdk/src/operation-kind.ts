import type { Operation } from "@trpc/client";

/** Of metered families; and, in other rooms, what makes a payment. */
const metered = /^(ai|email|payments)\b|^wallets\.topUp$/;

/** Mutations of a metered family cost money: they carry an idempotency key and travel alone. */
export const isMetered = ({ type, path }: Pick<Operation, "type" | "path">): boolean =>
  type === "mutation" && metered.test(path);

/** Reads whose answer is a stream. */
const streamedRead = /^((usage|audit)\.export|usage\.entries|operations\.follow)$/;

/** Metered streams are named `stream…`. */
export const isStream = (operation: Pick<Operation, "type" | "path">): boolean =>
  streamedRead.test(operation.path) || (isMetered(operation) && /^\w+\.stream/.test(operation.path));
