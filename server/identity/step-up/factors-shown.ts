/**
 * What the methods of one sign-in are worth: two factors, one, or 0 for a passkey that did not verify who held it, which
 * is no more than a thing that somebody found.
 */
export const factorsShown = (amr: readonly string[]): 0 | 1 | 2 => {
  if (amr.includes("mfa")) return 2;
  return amr.some((method) => method === "hwk" || method === "swk") && !amr.includes("pwd") ? 0 : 1;
};
