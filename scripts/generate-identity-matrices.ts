import { isPlatformRole, organizationRoles } from "@topolo/auth-client";
import { accessRules, type Who } from "../server/identity/matrix/role-rules.ts";
import { promisedToApp, promisedToProgram } from "../server/identity/matrix/promised-to-clients.ts";
import { promised, type RoleRow } from "../server/identity/matrix/role-row.ts";
import { roleTable } from "../server/identity/matrix/role-table.ts";
import {
  cachedCredentialNames,
  cachedCredentials,
  credentialNames,
  credentials,
  revocationTable,
} from "../server/identity/matrix/revocation-table.ts";
import { markdownTable } from "./docs/table.ts";

// Both pages come from the tables that the tests walk through cell by cell.

interface Column {
  readonly title: string;
  readonly who: readonly Who[];
}

const of = (home: "same" | "other" | "admin", roles: readonly (typeof organizationRoles)[number][]): readonly Who[] =>
  roles.map((role) => ({ home, role }));

const columns: readonly Column[] = [
  {
    title: "platform_super_admin, platform_admin of admin",
    who: [
      { home: "admin", role: "platform_super_admin" },
      { home: "admin", role: "platform_admin" },
    ],
  },
  ...organizationRoles.map((role) => ({ title: `${role}, same`, who: of("same", [role]) })),
  { title: "owner to member, other", who: of("other", ["owner", "super_admin", "admin", "member"]) },
  { title: "guest, other", who: of("other", ["guest"]) },
  { title: "owner to member, of admin", who: of("admin", ["owner", "super_admin", "admin", "member"]) },
  { title: "guest, of admin", who: of("admin", ["guest"]) },
  {
    title: "platform role forced, same",
    who: [
      { home: "same", role: "platform_super_admin" },
      { home: "same", role: "platform_admin" },
    ],
  },
  {
    title: "platform role forced, other",
    who: [
      { home: "other", role: "platform_super_admin" },
      { home: "other", role: "platform_admin" },
    ],
  },
  { title: "nobody", who: [{ home: "nowhere" }] },
];

const isRoleRow = (row: RoleRow): boolean => row.access !== "everyone" && row.access !== "signedIn";

const statuses = (row: RoleRow, { title, who }: Column): string => {
  const results = new Set(who.map((each) => promised(row, each)));
  if (results.size !== 1) throw new Error(`column "${title}" is not uniform for ${row.route}`);
  return [...results].join();
};

const clientColumns = ["owner's program or device, same", "another company's app of an owner, same"] as const;
const clientStatuses = (row: RoleRow): readonly string[] => [
  String(promisedToProgram(row)),
  String(promisedToApp(row)),
];

const coveredColumns = (): void => {
  const covered = columns.flatMap(({ who }) => who).length;
  if (covered !== 22) throw new Error(`the columns cover ${covered} of 22 kinds of callers`);
  if (!columns.some(({ who }) => who.some((each) => each.home === "same" && isPlatformRole(each.role))))
    throw new Error("forced platform roles are missing");
};

/** docs/generated/identity-roles.md */
export const identityRolesPage = (): string => {
  coveredColumns();
  const byRole = roleTable.filter(isRoleRow);
  const byNobody = roleTable.filter((row) => !isRoleRow(row));
  return [
    "# Who may use which route of Topolo Auth",
    "",
    "Seven roles in three places, and nobody: in the organization the request is about (*same*), in another one (*other*), and in `admin`. " +
      "The figures are the statuses that `server/identity/matrix/role-matrix.test.ts` asks for and gets, cell by cell; a route without a row fails it. " +
      "Where the status of those who may is 400 or 404, the request was made so that only authority decides who gets that far. " +
      "Platform roles outside `admin` are refused by the database; the tests force them in.",
    "",
    "Beside the role, rank decides: nobody acts on a higher rank, or gives or changes a role at or above their own (owners excepted among owners).",
    "",
    "The last two columns are tokens that an owner has given away: to a program or a device, which changes no way of signing in and " +
      "lets nobody else in, and to an app of another company, with every scope of Nexus. A scope opens procedures of its service alone: " +
      "[which ones](permissions.md), `server/assembly/scoped-tokens.test.ts` asks for each.",
    "",
    "## Routes that ask for a role",
    "",
    markdownTable(
      ["Route", "Who", ...columns.map(({ title }) => title), ...clientColumns],
      byRole.map((row) => [
        `\`${row.route}\``,
        accessRules[row.access].says,
        ...columns.map((column) => statuses(row, column)),
        ...clientStatuses(row),
      ]),
    ),
    "",
    "## Routes that do not",
    "",
    markdownTable(
      ["Route", "Who", "Each role, everywhere", "Nobody", ...clientColumns],
      byNobody.map((row) => [
        `\`${row.route}\``,
        accessRules[row.access].says,
        String(row.ok),
        String(promised(row, { home: "nowhere" })),
        ...clientStatuses(row),
      ]),
    ),
    "",
  ].join("\n");
};

/** docs/generated/identity-revocation.md */
export const identityRevocationPage = (): string =>
  [
    "# What ends what",
    "",
    "What each credential answers at its next use after an event, as checked by `server/identity/matrix/revocation-matrix.test.ts` sees it. " +
      "Columns are of the session in question, of another company's app that was granted one scope of Nexus in it, of a program that was let in " +
      "from it, and of a key that its person owns; keys of the organization itself end with the organization alone.",
    "",
    "The gateway reuses validations for calls of models until Auth's feed says that something changed " +
      "([operations](../operations.md#revocation)). The last four columns are of calls that begin 250 ms after the event with a credential " +
      "that was used a moment before it, as `server/assembly/revocation-reach.test.ts` sees them with an Auth in the same process and with " +
      "one over HTTP, at two gateways.",
    "",
    markdownTable(
      [
        "Event",
        ...credentials.map((credential) => credentialNames[credential]),
        ...cachedCredentials.map((credential) => cachedCredentialNames[credential]),
      ],
      Object.values(revocationTable).map(({ event, results, calls }) => [
        event,
        ...credentials.map((credential) => results[credential]),
        ...cachedCredentials.map((credential) => calls[credential]),
      ]),
    ),
    "",
  ].join("\n");
