import type { AuthAuditAction } from "../../../audit/audit-actions.ts";
import { recordAudit } from "../../../audit/store.ts";
import type { HttpAnswer } from "../../../http/exchange.ts";
import type { LockedOrganization } from "../../../organizations/store.ts";
import { syncRoles } from "../../sync-roles.ts";
import { groupKind, groupSchema } from "../attributes.ts";
import { inDirectory } from "../in-directory.ts";
import { asAsked, listAnswer, readListQuery, wants } from "../list-query.ts";
import { patchResource } from "../patch-resource.ts";
import { isJsonObject, readResource, type Values } from "../read-resource.ts";
import { readObject, scimAnswer, type ScimExchange } from "../scim-answer.ts";
import { ScimError } from "../scim-error.ts";
import {
  deleteGroup,
  findGroup,
  insertGroup,
  listGroups,
  setGroupMembers,
  updateGroup,
  type DirectoryGroup,
  type GroupRow,
} from "./store.ts";

const maxMembers = 20_000;

const readGroup = (body: Values): DirectoryGroup => {
  const { displayName, externalId, members } = readResource(groupKind, body, { maxValues: maxMembers });
  const name = typeof displayName === "string" ? displayName.trim() : "";
  if (name === "" || name.length > 256)
    throw new ScimError(400, "displayName must have 1 to 256 characters.", "invalidValue");
  const ids = (Array.isArray(members) ? members : []).map((member) =>
    isJsonObject(member) ? member["value"] : undefined,
  );
  const known = ids.filter((id): id is string => typeof id === "string");
  if (known.length !== ids.length) throw new ScimError(400, "Each member needs a value.", "invalidValue");
  return {
    displayName: name,
    externalId: typeof externalId === "string" ? externalId : null,
    members: [...new Set(known)],
  };
};

const groupResource = ({ context }: ScimExchange, row: GroupRow): Values => ({
  schemas: [groupSchema],
  id: row.id,
  ...(row.external_id === null ? {} : { externalId: row.external_id }),
  displayName: row.display_name,
  members: row.members.map((member) => ({
    ...member,
    type: "User",
    $ref: `${context.issuer}/scim/v2/Users/${member.value}`,
  })),
  meta: {
    resourceType: "Group",
    created: row.created_at.toISOString(),
    lastModified: row.updated_at.toISOString(),
    location: `${context.issuer}/scim/v2/Groups/${row.id}`,
  },
});

const shown = (exchange: ScimExchange, row: GroupRow): Values => asAsked(exchange, groupResource(exchange, row));

const answer = (exchange: ScimExchange, status: number, row: GroupRow): HttpAnswer =>
  scimAnswer(status, shown(exchange, row), { Location: `${exchange.context.issuer}/scim/v2/Groups/${row.id}` });

export const listDirectoryGroups = async (exchange: ScimExchange): Promise<HttpAnswer> => {
  const query = readListQuery(exchange);
  const { pool } = exchange.context.db;
  const { rows, total } = await listGroups(pool, exchange.organizationId, query, wants(exchange, "members"));
  const resources = rows.map((row) => shown(exchange, row));
  return scimAnswer(200, listAnswer(resources, total, query));
};

const existing = async (
  { organizationId, params }: ScimExchange,
  client: Parameters<typeof findGroup>[0],
): Promise<GroupRow> => {
  const row = await findGroup(client, organizationId, params["id"] ?? "");
  if (!row) throw new ScimError(404, "Group not found.");
  return row;
};

export const readOneGroup = async (exchange: ScimExchange): Promise<HttpAnswer> =>
  answer(exchange, 200, await existing(exchange, exchange.context.db.pool));

/** Who was or is in the group gets the role that follows. */
const settle = async (
  { organizationId, by, now }: ScimExchange,
  { client }: LockedOrganization,
  action: AuthAuditAction,
  id: string,
  group: Pick<DirectoryGroup, "displayName" | "members">,
  before: readonly string[],
): Promise<void> => {
  const { displayName, members } = group;
  const added = members.filter((member) => !before.includes(member)).length;
  const details = { displayName, members: members.length, added };
  await recordAudit(client, { ...by, organizationId, action, target: id, details }, now);
  await syncRoles(client, { organizationId, provisionedIds: [...new Set([...before, ...members])], by, now });
};

export const postGroup = async (exchange: ScimExchange): Promise<HttpAnswer> => {
  const group = readGroup(await readObject(exchange));
  const row = await inDirectory(exchange, async (held) => {
    const id = await insertGroup(held.client, exchange.organizationId, group, exchange.now);
    await setGroupMembers(held.client, exchange.organizationId, id, group.members);
    await settle(exchange, held, "directory.group-create", id, group, []);
    return findGroup(held.client, exchange.organizationId, id);
  });
  if (!row) throw new ScimError(404, "Group not found.");
  return answer(exchange, 201, row);
};

const change = async (exchange: ScimExchange, changed: (row: GroupRow) => Values): Promise<HttpAnswer> => {
  const row = await inDirectory(exchange, async (held) => {
    const before = await existing(exchange, held.client);
    const group = readGroup(changed(before));
    await updateGroup(held.client, before.id, group, exchange.now);
    await setGroupMembers(held.client, exchange.organizationId, before.id, group.members);
    const had = before.members.map(({ value }) => value);
    await settle(exchange, held, "directory.group-update", before.id, group, had);
    return existing(exchange, held.client);
  });
  return answer(exchange, 200, row);
};

export const putGroup = async (exchange: ScimExchange): Promise<HttpAnswer> => {
  const body = await readObject(exchange);
  return change(exchange, () => body);
};

export const patchGroup = async (exchange: ScimExchange): Promise<HttpAnswer> => {
  const body = await readObject(exchange);
  return change(exchange, ({ display_name: displayName, external_id: externalId, members }) =>
    patchResource(
      groupKind,
      { displayName, externalId: externalId ?? undefined, members: members.map(({ value }) => ({ value })) },
      body,
    ),
  );
};

export const removeGroup = async (exchange: ScimExchange): Promise<HttpAnswer> => {
  await inDirectory(exchange, async (held) => {
    const before = await existing(exchange, held.client);
    await deleteGroup(held.client, before.id);
    const had = before.members.map(({ value }) => value);
    const gone = { displayName: before.display_name, members: [] };
    await settle(exchange, held, "directory.group-remove", before.id, gone, had);
  });
  return { status: 204 };
};
