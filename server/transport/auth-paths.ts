const paths = ["/validate", "/refresh", "/register", "/sso"] as const;

const decodeOnce = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The path as the most lenient reader would take it. */
const lenient = (target: string): string => {
  const path = decodeOnce(decodeOnce(target.split("?", 1)[0] ?? "/")).replaceAll(/[/\\]+/g, "/");
  return (URL.parse(`http://host${path}`)?.pathname ?? path).toLowerCase();
};

/** Whether a path means something at Topolo Auth, whose origin is another: here nothing may answer to it. */
export const isAuthPath = (target: string): boolean => {
  const path = lenient(target);
  return paths.some((known) => path === known || path.startsWith(`${known}/`));
};
