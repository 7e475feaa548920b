/** Goes on to a path that is not of this page's tree, or must be read anew; the page left is not gone back to. */
export const leave = (to: string): void => location.replace(to);

// What would run or show something of its own under this origin's name is no place to go to.
const forbidden = new Set(["javascript:", "data:", "blob:", "vbscript:", "file:", "about:"]);

/** Goes where Auth redirects: back to an app, whose address may have a scheme of its own. */
export const leaveForApp = (address: string): void => {
  const url = new URL(address, location.origin);
  leave(forbidden.has(url.protocol) ? "/error?code=redirect_uri_not_registered" : url.href);
};

const trail = "topolo_auth_continued";
const circleMs = 6_000;
const patience = 3;

interface Step {
  readonly to: string;
  readonly at: number;
}

const isStep = (value: unknown): value is Step =>
  typeof value === "object" && value !== null && "to" in value && "at" in value && typeof value.at === "number";

const stepsSoFar = (now: number): Step[] => {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(trail) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isStep).filter(({ at }) => now - at < circleMs) : [];
  } catch {
    return [];
  }
};

/** Goes on without asking, unless the same way was gone again and again just now: then something sends people in circles. */
export const continueTo = (to: string): boolean => {
  const now = Date.now();
  const steps = stepsSoFar(now);
  if (steps.filter((step) => step.to === to).length >= patience) return false;
  sessionStorage.setItem(trail, JSON.stringify([...steps, { to, at: now }]));
  leave(to);
  return true;
};
