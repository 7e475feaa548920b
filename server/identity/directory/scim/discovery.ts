import type { HttpAnswer } from "../../http/exchange.ts";
import {
  enterpriseAttributes,
  enterpriseSchema,
  groupAttributes,
  groupSchema,
  userAttributes,
  userSchema,
  type Attribute,
} from "./attributes.ts";
import { scimAnswer, type ScimExchange } from "./scim-answer.ts";
import { ScimError } from "./scim-error.ts";

const meta = ({ context }: ScimExchange, resourceType: string, path: string) => ({
  resourceType,
  location: `${context.issuer}/scim/v2/${path}`,
});

/** What the service can do (RFC 7643 §5). */
export const readServiceProviderConfig = (exchange: ScimExchange): HttpAnswer =>
  scimAnswer(200, {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: 200 },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: false },
    authenticationSchemes: [
      {
        type: "oauthbearertoken",
        name: "Bearer token",
        description: "A SCIM token that an owner of the organization has made",
        primary: true,
      },
    ],
    meta: meta(exchange, "ServiceProviderConfig", "ServiceProviderConfig"),
  });

const resourceTypes = (exchange: ScimExchange) => [
  {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
    id: "User",
    name: "User",
    endpoint: "/Users",
    description: "Somebody in the organization's directory",
    schema: userSchema,
    schemaExtensions: [{ schema: enterpriseSchema, required: false }],
    meta: meta(exchange, "ResourceType", "ResourceTypes/User"),
  },
  {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
    id: "Group",
    name: "Group",
    endpoint: "/Groups",
    description: "A group of people in the organization's directory",
    schema: groupSchema,
    meta: meta(exchange, "ResourceType", "ResourceTypes/Group"),
  },
];

const described = (attribute: Attribute): Readonly<Record<string, unknown>> => ({
  name: attribute.name,
  type: attribute.type,
  multiValued: attribute.multiValued ?? false,
  description: attribute.description,
  required: attribute.required ?? false,
  ...(attribute.type === "string" ? { caseExact: attribute.caseExact ?? false } : {}),
  mutability: attribute.readOnly === true ? "readOnly" : "readWrite",
  returned: "default",
  ...(attribute.type === "boolean" ? {} : { uniqueness: attribute.unique === true ? "server" : "none" }),
  ...(attribute.subAttributes ? { subAttributes: attribute.subAttributes.map(described) } : {}),
});

const reference = (resourceType: string) => ({
  name: "$ref",
  type: "reference",
  referenceTypes: [resourceType],
  multiValued: false,
  description: `The address of the ${resourceType.toLowerCase()}`,
  required: false,
  caseExact: true,
  returned: "default",
  uniqueness: "none",
});

const shown = (name: string, description: string): Attribute => ({ name, type: "string", description, readOnly: true });

/** What answers say of a person and no client writes. */
const groupsOfUser = {
  ...described({
    name: "groups",
    type: "complex",
    description: "The groups in which the person is",
    multiValued: true,
    readOnly: true,
  }),
  subAttributes: [
    described(shown("value", "The id of a group")),
    { ...reference("Group"), mutability: "readOnly" },
    described(shown("display", "The group's name")),
    described(shown("type", "How the person belongs to it")),
  ],
};

/** The attributes of a group; a member is named by its value, and the address beside it is that of the same user. */
const describedGroup = groupAttributes.map((attribute) =>
  attribute.name === "members"
    ? {
        ...described(attribute),
        subAttributes: [
          ...(attribute.subAttributes ?? []).map(described),
          { ...reference("User"), mutability: "immutable" },
        ],
      }
    : described(attribute),
);

const schemas = (exchange: ScimExchange) =>
  (
    [
      [
        userSchema,
        "User",
        "Somebody in the organization's directory",
        [...userAttributes.map(described), groupsOfUser],
      ],
      [enterpriseSchema, "EnterpriseUser", "What companies know of their people", enterpriseAttributes.map(described)],
      [groupSchema, "Group", "A group of people in the organization's directory", describedGroup],
    ] as const
  ).map(([id, name, description, attributes]) => ({
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
    id,
    name,
    description,
    attributes,
    meta: meta(exchange, "Schema", `Schemas/${id}`),
  }));

const list = (resources: readonly unknown[]) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
  totalResults: resources.length,
  startIndex: 1,
  itemsPerPage: resources.length,
  Resources: resources,
});

type Described = (exchange: ScimExchange) => readonly { readonly id: string }[];

const listOf =
  (all: Described) =>
  (exchange: ScimExchange): HttpAnswer =>
    scimAnswer(200, list(all(exchange)));

const oneOf =
  (all: Described) =>
  (exchange: ScimExchange): HttpAnswer => {
    const found = all(exchange).find(({ id }) => id === exchange.params["id"]);
    if (!found) throw new ScimError(404, "Not found.");
    return scimAnswer(200, found);
  };

export const listSchemas = listOf(schemas);
export const readSchema = oneOf(schemas);
export const listResourceTypes = listOf(resourceTypes);
export const readResourceType = oneOf(resourceTypes);
