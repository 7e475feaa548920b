import { returnPath } from "../../_session/return-path.ts";

/** Pages that lead on themselves; to be sent back to one would go in circles. */
const thresholds = /^\/(sign-in|organization-sign-in|register|signed-out|error)(\/|\?|$)/;

/** Where to go after signing in: a path of Auth's own origin, whatever a link says. */
export const returnTo = (wanted: string | string[] | null | undefined): string => {
  const path = returnPath(typeof wanted === "string" ? wanted : undefined);
  return thresholds.test(path) ? "/" : path;
};

/** A page of Auth that leads on to `to` afterwards. */
export const thenReturn = (page: string, to: string): string =>
  to === "/" ? page : `${page}?return_to=${encodeURIComponent(to)}`;
