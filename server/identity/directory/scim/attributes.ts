/** An attribute of a resource: what is read, stored and described of it. */
export interface Attribute {
  readonly name: string;
  readonly type: "string" | "boolean" | "complex";
  readonly description: string;
  readonly multiValued?: boolean;
  readonly required?: boolean;
  readonly caseExact?: boolean;
  /** Never written by the client. */
  readonly readOnly?: boolean;
  readonly unique?: boolean;
  readonly subAttributes?: readonly Attribute[];
}

const text = (name: string, description: string, rest: Partial<Attribute> = {}): Attribute => ({
  name,
  type: "string",
  description,
  ...rest,
});

const complex = (name: string, description: string, subAttributes: readonly Attribute[]): Attribute => ({
  name,
  type: "complex",
  description,
  subAttributes,
});

const many = (name: string, description: string, more: readonly Attribute[] = []): Attribute => ({
  ...complex(name, description, [
    text("value", "The value"),
    text("display", "How it is shown"),
    text("type", "What it is for, for example work"),
    { name: "primary", type: "boolean", description: "Whether it is the main one" },
    ...more,
  ]),
  multiValued: true,
});

export const userSchema = "urn:ietf:params:scim:schemas:core:2.0:User";
export const groupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group";
export const enterpriseSchema = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

const externalId = text("externalId", "The directory's own id", { caseExact: true });

/** What is kept of a person: no password, and nothing that is not in RFC 7643. */
export const userAttributes: readonly Attribute[] = [
  text("userName", "The name in the directory, usually an e-mail address", { required: true, unique: true }),
  externalId,
  { name: "active", type: "boolean", description: "Whether the person may use the organization" },
  complex("name", "The person's name", [
    text("formatted", "The full name"),
    text("familyName", "The family name"),
    text("givenName", "The given name"),
    text("middleName", "The middle name"),
    text("honorificPrefix", "A title before the name"),
    text("honorificSuffix", "A suffix after the name"),
  ]),
  text("displayName", "The name as shown"),
  text("nickName", "A casual name"),
  text("title", "The job title"),
  text("userType", "The relation to the organization"),
  text("preferredLanguage", "The preferred language"),
  text("locale", "The locale"),
  text("timezone", "The time zone"),
  many("emails", "E-mail addresses"),
  many("phoneNumbers", "Phone numbers"),
  many("addresses", "Postal addresses", [
    text("formatted", "The whole address"),
    text("streetAddress", "The street"),
    text("locality", "The city"),
    text("region", "The region"),
    text("postalCode", "The postal code"),
    text("country", "The country"),
  ]),
];

/** RFC 7643 §4.3. */
export const enterpriseAttributes: readonly Attribute[] = [
  text("employeeNumber", "The employee's number"),
  text("costCenter", "The cost center"),
  text("organization", "The organization's name"),
  text("division", "The division"),
  text("department", "The department"),
  complex("manager", "The person's manager", [text("value", "The manager's id"), text("displayName", "Their name")]),
];

export const groupAttributes: readonly Attribute[] = [
  text("displayName", "The group's name", { required: true, unique: true }),
  externalId,
  {
    ...complex("members", "The people in the group", [
      text("value", "The id of a user", { caseExact: true }),
      text("display", "The user's name", { readOnly: true }),
      text("type", "User", { readOnly: true }),
    ]),
    multiValued: true,
  },
];

/** The attribute of this name, in whatever case it is written. */
export const findAttribute = (attributes: readonly Attribute[], name: string): Attribute | undefined => {
  const key = name.toLowerCase();
  return attributes.find((attribute) => attribute.name.toLowerCase() === key);
};

/** What a kind of resource consists of. */
export interface ResourceKind {
  readonly schema: string;
  readonly attributes: readonly Attribute[];
  readonly extension: { readonly schema: string; readonly attributes: readonly Attribute[] } | undefined;
}

export const userKind: ResourceKind = {
  schema: userSchema,
  attributes: userAttributes,
  extension: { schema: enterpriseSchema, attributes: enterpriseAttributes },
};

export const groupKind: ResourceKind = { schema: groupSchema, attributes: groupAttributes, extension: undefined };
