import { fieldAt, flagAt, listAt, optionalText, textAt } from "../../_auth-api/read-answer.ts";
import type { PageOf } from "../paged-list.tsx";

/** An API key as lists show it. */
export interface ListedKey {
  readonly id: string;
  readonly name: string;
  /** Its first and last characters. */
  readonly shown: string;
  readonly ofOrganization: boolean;
  /** Whose it is; undefined: the organization's. */
  readonly ownerId: string | undefined;
  readonly isTest: boolean;
  readonly scopes: readonly string[];
  /** What it works for alone; empty: for everything that its scopes allow. */
  readonly bindings: readonly KeyBinding[];
  readonly createdAt: string;
  readonly lastUsedAt: string | undefined;
  readonly expiresAt: string | undefined;
  /** Whether its time was over when it was read. */
  readonly expired: boolean;
  readonly revokedAt: string | undefined;
  /** The key whose place it took. */
  readonly replacesId: string | undefined;
}

interface KeyBinding {
  readonly type: string;
  readonly resourceId: string;
  readonly ended: boolean;
}

/** What a key can be given at a service. */
interface OfferedScope {
  readonly scope: string;
  readonly description: string;
}

/** Something of the organization's to which a key can be bound. */
interface BindableResource {
  readonly type: string;
  readonly id: string;
  readonly label: string;
}

const isOver = (end: string | undefined): boolean => end !== undefined && Date.parse(end) <= Date.now();

export const readKeys = (body: unknown): PageOf<ListedKey> => ({
  items: listAt(body, "apiKeys", (key) => ({
    id: textAt(key, "id"),
    name: textAt(key, "name"),
    shown: `${textAt(key, "prefix")}…${textAt(key, "last4")}`,
    ofOrganization: fieldAt(key, "ownerUserId") === null,
    ownerId: optionalText(key, "ownerUserId"),
    isTest: fieldAt(key, "environment") === "test",
    scopes: listAt(key, "scopes", String),
    bindings: listAt(key, "resourceBindings", (binding) => ({
      type: textAt(binding, "type"),
      resourceId: textAt(binding, "resourceId"),
      ended: optionalText(binding, "endedAt") !== undefined,
    })),
    createdAt: textAt(key, "createdAt"),
    lastUsedAt: optionalText(key, "lastUsedAt"),
    expiresAt: optionalText(key, "expiresAt"),
    expired: isOver(optionalText(key, "expiresAt")),
    revokedAt: optionalText(key, "revokedAt"),
    replacesId: optionalText(key, "rotatedFromId"),
  })),
  nextAfter: optionalText(body, "nextAfter"),
});

export const readServices = (body: unknown): readonly { readonly id: string; readonly name: string }[] =>
  listAt(body, "services", (service) => ({ id: textAt(service, "id"), name: textAt(service, "name") }));

export const readScopes = (body: unknown): readonly OfferedScope[] =>
  listAt(body, "scopes", (scope) => scope)
    .filter((scope) => !flagAt(scope, "deprecated"))
    .map((scope) => ({ scope: textAt(scope, "scope"), description: textAt(scope, "description") }));

export const readResources = (body: unknown): readonly BindableResource[] => {
  const kinds = new Map(listAt(body, "types", (kind) => [textAt(kind, "type"), textAt(kind, "label")]));
  return listAt(body, "resources", (resource) => {
    const type = textAt(resource, "type");
    const id = textAt(resource, "resourceId");
    return { type, id, label: `${kinds.get(type) ?? type}: ${optionalText(resource, "label") ?? id}` };
  });
};

/** A key that was just made: the key itself is shown this once. */
export interface IssuedKey {
  readonly apiKey: string;
  readonly scopes: readonly string[];
}

export const readIssuedKey = (body: unknown): IssuedKey => ({
  apiKey: textAt(body, "apiKey"),
  scopes: listAt(fieldAt(body, "key"), "scopes", String),
});
