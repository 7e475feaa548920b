/** The path to go to after signing in: one of this origin, whatever a link says. */
export const returnPath = (wanted: string | null | undefined): string => {
  if (!wanted || !/^\/(?![/\\])[\x21-\x7e]*$/.test(wanted)) return "/";
  const url = new URL(wanted, "http://origin.invalid");
  return url.origin === "http://origin.invalid" && url.pathname !== "/sign-in" ? `${url.pathname}${url.search}` : "/";
};
