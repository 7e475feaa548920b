import { asPlainlySeen } from "../../../../platform/display-name.ts";
import { normalizeEmail } from "../../../users/email-address.ts";
import { enterpriseSchema, userKind, userSchema } from "../attributes.ts";
import { isJsonObject, readResource, type Values } from "../read-resource.ts";
import { ScimError } from "../scim-error.ts";
import type { ProvisionedUser, ProvisionedUserRow } from "./store.ts";

const textAt = (values: Values, name: string): string | undefined => {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
};

/** The person's address: the main e-mail, that for work, the first, or the user name. */
const emailOf = (values: Values, userName: string): string => {
  const listed = Array.isArray(values["emails"]) ? values["emails"].filter(isJsonObject) : [];
  const chosen =
    listed.find(({ primary }) => primary === true) ?? listed.find(({ type }) => type === "work") ?? listed[0];
  const email = normalizeEmail((chosen && textAt(chosen, "value")) ?? userName);
  if (email === undefined)
    throw new ScimError(400, "An e-mail address is needed, in emails or as userName.", "invalidValue");
  return email;
};

/** What a client sent, or what a PATCH made of it, as it is stored. */
export const readUser = (body: Values): ProvisionedUser => {
  const { userName, externalId, active, ...attributes } = readResource(userKind, body);
  const name = typeof userName === "string" ? userName.trim() : "";
  if (name === "") throw new ScimError(400, "userName is required.", "invalidValue");
  return {
    userName: name,
    externalId: typeof externalId === "string" ? externalId : null,
    email: emailOf(attributes, name),
    active: active !== false,
    attributes,
  };
};

/** The name to call the person by. */
export const directoryNameOf = ({ attributes }: Pick<ProvisionedUser, "attributes">): string => {
  const name = isJsonObject(attributes["name"]) ? attributes["name"] : {};
  const joined = [textAt(name, "givenName"), textAt(name, "familyName")].filter((part) => part !== undefined).join(" ");
  return asPlainlySeen(textAt(attributes, "displayName") ?? textAt(name, "formatted") ?? joined);
};

/** The user as SCIM shows it. */
export const userResource = (row: ProvisionedUserRow, issuer: string): Values => ({
  schemas: [userSchema, ...(row.attributes[enterpriseSchema] === undefined ? [] : [enterpriseSchema])],
  id: row.id,
  ...(row.external_id === null ? {} : { externalId: row.external_id }),
  userName: row.user_name,
  active: row.active,
  ...row.attributes,
  groups: row.groups.map((group) => ({ ...group, $ref: `${issuer}/scim/v2/Groups/${group.value}`, type: "direct" })),
  meta: {
    resourceType: "User",
    created: row.created_at.toISOString(),
    lastModified: row.updated_at.toISOString(),
    location: `${issuer}/scim/v2/Users/${row.id}`,
  },
});
