/** How Auth calls the changes about which the person and the owners get mail, by the action of their audit event. */
const kinds: Readonly<Record<string, string>> = {
  "key.create": "vendor-key.create",
  "key.rotate": "vendor-key.rotate",
  "key.delete": "vendor-key.delete",
  "key.enable": "vendor-key.enable",
  "key.disable": "vendor-key.disable",
  "credential.create": "vendor-key.create",
  "credential.rotate": "vendor-key.rotate",
  "credential.delete": "vendor-key.delete",
  "credential.enable": "vendor-key.enable",
  "credential.disable": "vendor-key.disable",
  "service-token.create": "service-token.create",
  "service-token.rotate": "service-token.rotate",
  "service-token.revoke": "service-token.revoke",
};

/** Whether people are mailed about such an event, which Auth does. */
export const isToldToAuth = (action: string): boolean => Object.hasOwn(kinds, action);

/** What Auth calls the change; undefined for one of which it is not told. */
export const kindAtAuth = (action: string): string | undefined => (isToldToAuth(action) ? kinds[action] : undefined);
