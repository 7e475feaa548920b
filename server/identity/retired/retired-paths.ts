/** Paths that never answer, whatever the method or caller; nor does anything below them. */
export const retiredPaths = [
  "/sso/handoff",
  "/api/developer-portal",
  "/api/developer-console",
  "/api/app-submissions",
  "/api/build-requests",
  "/api/auth",
  "/api/keys",
] as const;

/** These answer themselves; below them there is nothing. */
export const leafPaths = ["/settings"] as const;

const decodeOnce = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

/** The path as the most lenient reader would take it: decoded, in lower case, without empty and dot segments. */
const lenient = (path: string): string => {
  const decoded = decodeOnce(decodeOnce(path)).toLowerCase().replaceAll("\\", "/");
  const segments: string[] = [];
  for (const segment of decoded.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return `/${segments.join("/")}`;
};

/** Whether a path is retired in any spelling. */
export const isRetired = (path: string): boolean => {
  const known = lenient(path);
  return (
    retiredPaths.some((retired) => known === retired || known.startsWith(`${retired}/`)) ||
    leafPaths.some((leaf) => known.startsWith(`${leaf}/`) || (known === leaf && path !== leaf))
  );
};
