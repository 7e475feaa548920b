const domain = "example.com";
const form = /^(?:.*<)?(key-[a-z0-9-]+)@example\.com>?$/i;

/** The sender of a run's mail: a mail server, too, can tell whose it is. */
export const addressOfKey = (key: string): string => `${key}@${domain}`;

export const keyOfAddress = (address: string): string | undefined => form.exec(address.trim())?.[1]?.toLowerCase();
