/** The cookies that next-auth sends with any answer at all, and the actions whose answers are about them. */
const askedBy: readonly (readonly [RegExp, ReadonlySet<string>])[] = [
  [/^(?:__Host-)?next-auth\.csrf-token=/, new Set(["csrf"])],
  [/^(?:__Secure-)?next-auth\.callback-url=/, new Set(["signin", "callback", "signout"])],
];

/**
 * An answer of next-auth without the cookies that nobody asked for. A page that is new to the browser asks several things
 * at once: were each answer to bring a CSRF token, the last would void the one with which the sign-in is about to begin,
 * and an answer that is late would forget where the sign-in leads.
 */
export const keepAskedCookies = (action: string | undefined, answer: Response): Response => {
  const cookies = answer.headers.getSetCookie();
  const kept = cookies.filter((cookie) =>
    askedBy.every(([name, actions]) => !name.test(cookie) || actions.has(action ?? "")),
  );
  if (kept.length === cookies.length) return answer;
  const headers = new Headers(answer.headers);
  headers.delete("Set-Cookie");
  for (const cookie of kept) headers.append("Set-Cookie", cookie);
  return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers });
};
