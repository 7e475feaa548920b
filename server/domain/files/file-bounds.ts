/** How much vendors keep for one organization. */
export const fileBounds = {
  files: 10_000,
  bytes: 20 * 1024 * 1024 * 1024,
  /** An upload that is still on its way after so long is none any more: its process died. */
  onItsWayMs: 30 * 60_000,
} as const;
