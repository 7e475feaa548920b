const plain = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,1999}$/;

/** The path a browser may be sent back to, where the text names one of Auth's own origin; never another place. */
export const localReturnPath = (text: string | undefined, issuer: string): string | undefined => {
  if (text === undefined || !plain.test(text)) return undefined;
  const url = URL.parse(text, issuer);
  // Dot segments may leave two slashes in front, which name a host.
  if (url === null || url.origin !== issuer || url.pathname.startsWith("//")) return undefined;
  return url.pathname + url.search;
};
