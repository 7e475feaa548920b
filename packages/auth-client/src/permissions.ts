/** `serviceId.resource:action`, for example `srv_nexus.ai:invoke`. */
export type Permission = `srv_${string}.${string}:${string}`;

const form = /^srv_[a-z0-9_]+\.[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/;

/** Whether the text is a permission in its one canonical form. */
export const isPermission = (value: unknown): value is Permission =>
  typeof value === "string" && value.length <= 200 && form.test(value);

/** Matches by equality: Auth sends concrete permissions and no wildcards. */
export const hasPermission = (granted: ReadonlySet<string> | readonly string[], needed: Permission): boolean =>
  "has" in granted ? granted.has(needed) : granted.includes(needed);

/** Whether every one of the permissions is granted. */
export const hasEveryPermission = (
  granted: ReadonlySet<string> | readonly string[],
  needed: readonly Permission[],
): boolean => needed.every((permission) => hasPermission(granted, permission));
