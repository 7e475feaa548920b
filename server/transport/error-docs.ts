import type { ErrorCode } from "../errors.ts";

/** The public address of this process's own pages, set at the start. */
let publicOrigin = "http://localhost:3000";

export const setPublicOrigin = (origin: string): void => {
  publicOrigin = origin.replace(/\/+$/, "");
};

/** The place where an error is explained, as a link that works wherever it is read. */
export const docsOf = (code: ErrorCode): string =>
  `${publicOrigin}/docs/errors#${code.toLowerCase().replaceAll("_", "-")}`;
