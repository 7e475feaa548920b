import { DataFolderError } from "../platform/data-folder-error.ts";
import { DatabaseNotUsable } from "../platform/db/database-not-usable.ts";
import { MigrationError } from "../platform/db/migration-error.ts";
import { ConfigurationError } from "../platform/env.ts";
import { ChildFailed } from "./child.ts";

/** A start that failed for a reason the operator can fix; the message says what to do. */
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

const textOf = (error: unknown, name: string): string =>
  typeof error === "object" && error !== null ? String(Reflect.get(error, name) ?? "") : "";

const databaseAdvice: Readonly<Record<string, string>> = {
  ECONNREFUSED:
    "Nothing answers at DATABASE_URL: start PostgreSQL there, mend the address, or unset it to use the embedded database.",
  ENOTFOUND: "The host in DATABASE_URL does not exist: mend the address, or unset it to use the embedded database.",
  ETIMEDOUT: "The host in DATABASE_URL does not answer: check the address and the network.",
  "28P01": "DATABASE_URL has the wrong password.",
  "28000": "DATABASE_URL names a user that may not connect.",
  "3D000": "The database named in DATABASE_URL does not exist: create it, then start again.",
  ECONNRESET: "What answers at DATABASE_URL is not PostgreSQL, or refuses this machine: check host, port and TLS.",
  "53300": "The database has no connection left: raise max_connections, or lower NEXUS_WORKERS.",
  "57P03": "The database is starting up or shutting down: try again in a moment.",
  "42501":
    "The user in DATABASE_URL may not create schemas: grant it the right, or let an administrator create the schemas nexus and auth for it.",
};

const fileAdvice: Readonly<Record<string, string>> = {
  EACCES:
    "this user may not use it. Give it to the user that runs Topolo Nexus, or set NEXUS_DATA_DIR or LOG_FILE to another place.",
  EROFS: "the file system is read-only. Set NEXUS_DATA_DIR or LOG_FILE to another place.",
  ENOSPC: "the disk is full. Make room, or set NEXUS_DATA_DIR to a folder on another one.",
};

/** An explanation for people; undefined for unexpected errors. */
export const explainStartError = (error: unknown, usesOwnDatabase: boolean): string | undefined => {
  const isPlain = [
    ConfigurationError,
    DatabaseNotUsable,
    StartError,
    MigrationError,
    DataFolderError,
    ChildFailed,
  ].some((kind) => error instanceof kind);
  if (isPlain && error instanceof Error) return error.message;
  const code = codeOf(error);
  if (code === "EADDRINUSE") {
    return `Port ${textOf(error, "port")} is in use: stop what listens there, or set PORT, AUTH_PORT or SANDBOX_PORT to another.`;
  }
  if (code === "EACCES" && textOf(error, "syscall") === "listen") {
    return `Port ${textOf(error, "port")} may not be used without more rights: choose one above 1023.`;
  }
  if (code in fileAdvice && textOf(error, "path") !== "") return `${textOf(error, "path")}: ${fileAdvice[code]}`;
  return usesOwnDatabase ? undefined : databaseAdvice[code];
};
