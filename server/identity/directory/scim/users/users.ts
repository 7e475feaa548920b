import type { HttpAnswer } from "../../../http/exchange.ts";
import { userKind } from "../attributes.ts";
import { inDirectory } from "../in-directory.ts";
import { asAsked, listAnswer, readListQuery } from "../list-query.ts";
import { patchResource } from "../patch-resource.ts";
import type { Values } from "../read-resource.ts";
import { readObject, scimAnswer, type ScimExchange } from "../scim-answer.ts";
import { ScimError } from "../scim-error.ts";
import { createUser, removeUser, replaceUser } from "./save-user.ts";
import { findProvisionedUser, listProvisionedUsers, type ProvisionedUserRow } from "./store.ts";
import { readUser, userResource } from "./user-resource.ts";

const shown = (exchange: ScimExchange, row: ProvisionedUserRow): Values =>
  asAsked(exchange, userResource(row, exchange.context.issuer));

const locationOf = ({ context }: ScimExchange, { id }: ProvisionedUserRow) => ({
  Location: `${context.issuer}/scim/v2/Users/${id}`,
});

export const listUsers = async (exchange: ScimExchange): Promise<HttpAnswer> => {
  const query = readListQuery(exchange);
  const { rows, total } = await listProvisionedUsers(exchange.context.db.pool, exchange.organizationId, query);
  return scimAnswer(
    200,
    listAnswer(
      rows.map((row) => shown(exchange, row)),
      total,
      query,
    ),
  );
};

export const readOneUser = async (exchange: ScimExchange): Promise<HttpAnswer> => {
  const { context, organizationId, params } = exchange;
  const row = await findProvisionedUser(context.db.pool, organizationId, params["id"] ?? "");
  if (!row) throw new ScimError(404, "User not found.");
  return scimAnswer(200, shown(exchange, row), locationOf(exchange, row));
};

export const postUser = async (exchange: ScimExchange): Promise<HttpAnswer> => {
  const user = readUser(await readObject(exchange));
  const row = await inDirectory(exchange, (held) => createUser(exchange, held, user));
  return scimAnswer(201, shown(exchange, row), locationOf(exchange, row));
};

const change = async (exchange: ScimExchange, changed: (row: ProvisionedUserRow) => Values): Promise<HttpAnswer> => {
  const row = await inDirectory(exchange, async (held) => {
    const before = await findProvisionedUser(held.client, exchange.organizationId, exchange.params["id"] ?? "");
    if (!before) throw new ScimError(404, "User not found.");
    return replaceUser(exchange, held, before, readUser(changed(before)));
  });
  return scimAnswer(200, shown(exchange, row), locationOf(exchange, row));
};

export const putUser = async (exchange: ScimExchange): Promise<HttpAnswer> => {
  const body = await readObject(exchange);
  return change(exchange, () => body);
};

export const patchUser = async (exchange: ScimExchange): Promise<HttpAnswer> => {
  const body = await readObject(exchange);
  return change(exchange, (row) =>
    patchResource(
      userKind,
      { userName: row.user_name, externalId: row.external_id ?? undefined, active: row.active, ...row.attributes },
      body,
    ),
  );
};

export const deleteUser = async (exchange: ScimExchange): Promise<HttpAnswer> => {
  await inDirectory(exchange, async (held) => {
    const row = await findProvisionedUser(held.client, exchange.organizationId, exchange.params["id"] ?? "");
    if (!row) throw new ScimError(404, "User not found.");
    await removeUser(exchange, held, row);
  });
  return { status: 204 };
};
