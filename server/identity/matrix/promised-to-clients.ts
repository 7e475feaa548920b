import { lastingTable } from "./lasting-table.ts";
import { promised, type RoleRow } from "./role-row.ts";
import type { Who } from "./role-rules.ts";

/** Who let the program in, or granted the app what it has: somebody who may do most. */
const owner: Who = { home: "same", role: "owner" };

/** Beside all that outlives a token: where a person answers for themselves, or lets somebody else in. */
const byBrowserAlone: ReadonlySet<string> = new Set([
  "POST /invitations/accept",
  "POST /api/me/active-organization",
  "POST /api/me/reauthenticate",
  "POST /api/me/reauthenticate/options",
  "GET /api/interactions/:uid",
  "POST /api/interactions/:uid",
  "POST /api/device/lookup",
  "POST /api/device/decide",
  "POST /sso/handoff-code",
]);

/** The status for the token of a program or a device that an owner let in: it changes no way in and gives nothing lasting. */
export const promisedToProgram = (row: RoleRow): number =>
  lastingTable[row.route] === "recent" || byBrowserAlone.has(row.route) ? 403 : promised(row, owner);

/** What is about the token itself; and a page for people, that tells an app that it is none. */
const ofApps: Readonly<Record<string, number>> = {
  "GET /validate": 200,
  "POST /validate": 200,
  "GET /oauth/userinfo": 200,
  "POST /oauth/userinfo": 200,
  "GET /settings": 403,
};

/** The status for the token of another company's app, to which an owner granted every scope of Nexus: it opens nothing of Auth's. */
export const promisedToApp = (row: RoleRow): number => {
  const needsNoPerson = row.access === "everyone" || row.access === "services" || row.access === "directories";
  return ofApps[row.route] ?? (needsNoPerson ? promised(row, owner) : 403);
};
