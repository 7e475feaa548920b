import { ConfigurationError } from "../platform/env.ts";
import { ChildFailed } from "./child.ts";

/** A start that failed for a reason the operator can mend; the message says what to do. */
export class StartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StartError";
  }
}

const codeOf = (error: unknown): string => {
  if (typeof error !== "object" || error === null) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  if ("errors" in error && Array.isArray(error.errors)) return codeOf(error.errors[0]);
  return "cause" in error ? codeOf(error.cause) : "";
};

const portOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "port" in error ? String(error.port) : "";

const databaseAdvice: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Nothing answers at DATABASE_URL: start PostgreSQL there, mend the address, or unset it to use the embedded database.",
  ENOTFOUND: "The host in DATABASE_URL does not exist: mend the address, or unset it to use the embedded database.",
  ETIMEDOUT: "The host in DATABASE_URL does not answer: check the address and the network.",
  "28P01": "DATABASE_URL has the wrong password.",
  "28000": "DATABASE_URL names a user that may not connect.",
  "3D000": "The database named in DATABASE_URL does not exist: create it, then start again.",
  "42501": "The user in DATABASE_URL may not create schemas: grant it the right, or let an administrator create the schemas nexus and auth for it.",
};

/** What a person should be told; undefined for what nobody foresaw. */
export const explainStartError = (error: unknown, usesOwnDatabase: boolean): string | undefined => {
  if (error instanceof ConfigurationError || error instanceof StartError || error instanceof ChildFailed) return error.message;
  const code = codeOf(error);
  if (code === "EADDRINUSE") {
    return `Port ${portOf(error)} is in use: stop what listens there, or set PORT, AUTH_PORT or SANDBOX_PORT to another.`;
  }
  if (code === "EACCES") return `Port ${portOf(error)} may not be used without more rights: choose one above 1023.`;
  return usesOwnDatabase ? undefined : databaseAdvice[code];
};
