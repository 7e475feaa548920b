const anywhere = "http://origin.invalid";
// Not `//host` and not `/\host`, which browsers take for another origin.
const pathForm = /^\/(?![/\\])[\x21-\x7e]*$/;

/** The path to go to after signing in: one of this origin, whatever a link says. */
export const returnPath = (wanted: string | null | undefined): string => {
  if (!wanted || !pathForm.test(wanted)) return "/";
  const url = new URL(wanted, anywhere);
  // Dot segments may have left a second slash in front.
  const isOurs = url.origin === anywhere && pathForm.test(url.pathname);
  return isOurs && url.pathname !== "/welcome" ? `${url.pathname}${url.search}` : "/";
};
