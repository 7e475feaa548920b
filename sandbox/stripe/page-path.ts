const kinds = [
  ["bps_", "portal"],
  ["plink_", "buy"],
  ["in_", "invoice"],
] as const;

/** The address of an object's page, below the emulator's. */
export const pagePath = (id: string): string =>
  `/${kinds.find(([prefix]) => id.startsWith(prefix))?.[1] ?? "pay"}/${id}`;
